// What every graph must satisfy, between any two passes. Debug builds check it after each one, as
// does --jit-verify.
#pragma once

#include <string>

#include "vm/jit/ir.h"

namespace som::jit {

// The first rule that an ordered graph (ordering.h) breaks, with the block and the value; empty if
// there is none. Checked are:
//   - blocks: numbered in order, edges known at both ends, one operation at the end that goes with
//     the number of successors, no critical edges;
//   - operations: the number and representation of inputs, a state where one is needed;
//   - values: defined in a block that dominates the one they are used in, and earlier in the same;
//     phis have an input for each predecessor, states describe the objects that they refer to.
std::string VerifyGraph(const Graph& graph);

}  // namespace som::jit
