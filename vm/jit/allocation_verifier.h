// Whether an allocation is right: follows what each register and word holds through all ways of the
// graph, without knowing how the allocation was made. Debug builds check every one, as does
// --jit-verify.
#pragma once

#include <string>

#include "vm/jit/register_allocator.h"

namespace som::jit {

// The first place where something else than the value is, or empty. A tagged value that a safepoint
// does not list counts as lost behind it: the collector may have moved what it points to.
std::string VerifyAllocation(const Graph& graph, const Allocation& allocation,
                             NodeConstraints (*constraints)(const Node&));

}  // namespace som::jit
