// A short text for any value without running SOM code: for traces, dumps and the debugger, not for
// programs.
#pragma once

#include <string>

#include "vm/objects/value.h"

namespace som {

class VM;

// For example 42, 1.5, 'text', #sym, nil, Foo (a class), a Foo. Never allocates in the SOM heap.
std::string ValueText(VM& vm, Value v);

}  // namespace som
