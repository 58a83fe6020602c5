// The order in which blocks are emitted: reverse postorder with loops contiguous, cold blocks last;
// loop depths; critical edges split; unreachable blocks dropped.
#pragma once

#include "vm/jit/ir.h"

namespace som::jit {

// Reorders graph.blocks(), renumbers their ids in that order, sets is_loop_header and loop_depth,
// and puts a block with a Jump on every edge from a block with several successors to one with
// several predecessors. Predecessor order (and so the order of phi inputs) is kept.
void OrderBlocks(Graph& graph);

}  // namespace som::jit
