// What an engine is to those who enter code: a table of entry functions. The engines themselves are
// in interpreter/engines.h.
#pragma once

#include "vm/code/method.h"

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

}  // namespace som
