// What the loaded library's control structures mean: whether ifTrue:, and:, ifNil:, whileTrue:,
// to:do: and the like do what their names promise, so that the compiler may make jumps of them. A
// library whose own ifTrue: does something else gets real sends.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>

#include "vm/code/standard_methods.h"
#include "vm/text/symbol_table.h"

namespace som {

class VM;

// Whether `selector` (and:, or:, && or ||) of Booleans with a Boolean as the argument is the usual
// connective in the loaded library: conjunction or disjunction. kNone if it is neither. Neither
// collects nor runs SOM code.
Connective ConnectiveOf(VM& vm, SymbolId selector);

// The selectors of inlined_sends.def that the loaded library defines with another meaning, as far
// as the options let them be inlined at all. One that the library does not define is not among
// them. Neither collects nor runs SOM code.
std::set<std::string, std::less<>> UnusualControlSelectors(VM& vm);

}  // namespace som
