// The bytecode engines. All run the same handlers (handlers_*.inc) and differ in how one handler
// reaches the next; the VM chooses one when it starts.
#pragma once

#include "vm/code/engine.h"
#include "vm/options.h"

namespace som {

// The variants with `observed` report every bytecode to the VM's listener; they are separate
// instantiations, so that observation costs nothing when off.
const Engine& SwitchEngine(bool observed);
const Engine& GotoEngine(bool observed);
#if SOM_HAS_TAIL_CALLS
const Engine& TailEngine(bool observed);
#endif

// The engine that the options ask for; the tail engine's place is taken by goto where the compiler
// cannot build it.
const Engine& SelectEngine(const Options& options);

// Whether the options ask for bytecodes to be looked at one by one.
bool IsObserved(const Options& options);

}  // namespace som
