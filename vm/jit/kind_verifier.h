// Whether operations stand where their inputs are known to be what they make sense of: the needs of
// ir.def. An operation does not check them. What it makes of anything else may be a word that the
// collector takes for a pointer, or be read from where there is no object.
#pragma once

#include <string>

#include "vm/jit/ir.h"

namespace som {

class ClassTable;

namespace jit {

// The first operation of a graph that VerifyGraph has nothing against whose need is not known to be
// met, or the first value that is not known to be what its type says; empty if there is none.
//
// Something is known of a value by the operation that made it, or because every way to the place
// leads past a check or along the edge of a branch that tells. A phi is what all its inputs are
// known to be at the ends of the ways that bring them. The words of the frame are what their types
// say.
//
// `classes` tells which fields instances have, and what classes inherit from. Without it, of graphs
// from text, the records of the VM that nodes refer to are not looked at: instances have all
// fields, and any receiver will do.
std::string VerifyKinds(const Graph& graph, const ClassTable* classes);

}  // namespace jit
}  // namespace som
