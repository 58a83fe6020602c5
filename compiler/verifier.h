// Checks that the code of a method keeps the rules that the engines rely on. For tests, debug
// builds, and methods that are to run in another class than their own. Never reads out of bounds,
// whatever the description holds.
#pragma once

#include <cstdint>
#include <string>

#include "compiler/description.h"

namespace som {

// Checks every unit of `method`, of a class side with `field_count` fields, inherited ones
// included:
//   * instructions decode, are bytecodes that the compiler emits, and no path leaves the code;
//   * jumps lead to instructions, in the direction their name says;
//   * operands lie within slots, fields, tables and contexts;
//   * each instruction is always reached with the same stack depth and the same contexts, never
//   with too few operands; the deepest
//     stack is max_stack (at most, if some code cannot be reached); a return finds nothing but its
//     value;
//   * what the description says about the unit (self, contexts, home, blocks) covers what the code
//   does.
// Answers the first violation in words, or an empty string.
std::string VerifyMethod(const MethodDescription& method, uint32_t field_count);

}  // namespace som
