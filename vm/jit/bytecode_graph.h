// The control flow of one unit's bytecodes, as the graph builder walks it: basic blocks in reverse
// postorder from a given entry, loops, and which words of the frame each loop assigns.
#pragma once

#include <cstdint>
#include <vector>

#include "compiler/bytecode.h"
#include "compiler/description.h"
#include "vm/jit/bytecode_liveness.h"

namespace som::jit {

struct BytecodeBlock {
  uint32_t start = 0;  // offsets in the unit's code
  uint32_t end = 0;
  std::vector<size_t>
      successors;  // indexes in BytecodeGraph::blocks: fall-through first, then jump
  size_t forward_predecessors = 0;  // edges into it that are no back edges
  bool is_loop_header = false;
  bool is_in_loop = false;  // or in its first round, where that was asked for
  size_t level = 0;  // which copy of what is built more than once it belongs to; 0: no first round
  // Of a loop header: slots (as operands name them) that the loop's body assigns.
  std::vector<int16_t> assigned_slots;
};

struct BytecodeGraph {
  std::vector<BytecodeBlock> blocks;  // reverse postorder; the first one is the entry
  BytecodeLiveness liveness;
  bool is_reducible = true;
};

// The instruction at `offset` of verified code, where one starts.
Instruction InstructionAt(const CodeDescription& unit, uint32_t offset);

// Blocks that are reachable from the instruction at `entry`. If that is in loops, a block may be
// there more than once: for the rest of the round that is entered, and for the rounds behind it. So
// may blocks of loops whose heads are among `peeled`: for the first round, and for the others.
BytecodeGraph AnalyseBytecodes(const CodeDescription& unit, uint32_t entry,
                               const std::vector<uint32_t>& peeled = {});

}  // namespace som::jit
