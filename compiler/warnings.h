// What is correct but hardly meant. Nothing here stops a program.
#pragma once

#include "compiler/diagnostics.h"

namespace som {

class ParsedClass;

// Adds a warning for each statement `x = ...` of a variable x: it compares, and nobody asks for the
// outcome.
void FindWarnings(const ParsedClass& parsed, Diagnostics* warnings);

}  // namespace som
