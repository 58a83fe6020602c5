// The bytecode engines. All run the same handlers (handlers_*.inc) and differ in how one handler
// reaches the next; the VM chooses one when it starts.
#pragma once

#include "vm/method.h"
#include "vm/options.h"

namespace som {

// Entry functions for methods and closures that have bytecodes.
struct Engine {
  Entry enter_method;         // no locals, not a home
  Entry enter_method_locals;  // sets locals to nil; gives homes their identity
  Entry enter_block;          // activation of a closure: unpacks it

  // The same for code that may become hot: each activation counts Method::countdown down.
  Entry enter_method_counted;
  Entry enter_method_locals_counted;
  Entry enter_block_counted;

  // Goes on with the activation whose frame is at `base`, at `ip`, with its operand stack in memory
  // up to `sp`. Answers what the activation answers.
  using Resume = SOM_ENTRY_ABI Value (*)(VM* vm, CodeUnit* ip, Value* sp, Value* base);
  Resume resume;
};

// The variants with `observed` report every bytecode to the VM's observer; they are separate
// instantiations, so that observation costs nothing when off.
const Engine& SwitchEngine(bool observed);
const Engine& GotoEngine(bool observed);
#if SOM_HAS_TAIL_CALLS
const Engine& TailEngine(bool observed);
#endif

// The engine that the options ask for; the tail engine's place is taken by goto where the compiler
// cannot build it.
const Engine& SelectEngine(const Options& options);

}  // namespace som
