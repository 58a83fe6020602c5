// Blocks and loops of bytecodes, as seen from the start of a method and from the middle of its
// loops.
#include "vm/jit/bytecode_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

#include "compiler/bytecode.h"
#include "tests/unit/compiler_test_util.h"

namespace som::jit {
namespace {

constexpr const char* kNest =
    "m: n = ( | s | s := 0."
    " 1 to: n do: [:i | 1 to: n do: [:j | 1 to: n do: [:k | s := s + k ]. s := s + j ] ]. ^ s )";

// Offsets of the instructions that jump back, inner loops first.
std::vector<uint32_t> JumpsBack(const CodeDescription& unit) {
  std::vector<uint32_t> offsets;
  for (InstructionIterator it(unit.code); !it.done(); it.Next()) {
    if (it->opcode == Opcode::kToDoNext) offsets.push_back(it->offset);
  }
  return offsets;
}

uint32_t HeadOf(const CodeDescription& unit, uint32_t jump) {
  return static_cast<uint32_t>(InstructionAt(unit, jump).JumpTarget());
}

size_t CountOf(const BytecodeGraph& graph, uint32_t start) {
  return static_cast<size_t>(
      std::count_if(graph.blocks.begin(), graph.blocks.end(),
                    [start](const BytecodeBlock& block) { return block.start == start; }));
}

// Three loops, one inside the other, and the offsets of what leads back to their heads.
struct Nest {
  CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  std::vector<uint32_t> jumps = JumpsBack(unit);
  uint32_t inner = HeadOf(unit, jumps.at(0));
  uint32_t middle = HeadOf(unit, jumps.at(1));
  uint32_t outer = HeadOf(unit, jumps.at(2));

  BytecodeGraph From(uint32_t entry, const std::vector<uint32_t>& peeled = {}) const {
    return AnalyseBytecodes(unit, entry, peeled);
  }
  uint32_t Behind(size_t loop) const { return InstructionAt(unit, jumps.at(loop)).end(); }
};

TEST(BytecodeGraph, HasEachBlockOnceFromTheStart) {
  const BytecodeGraph graph = Nest().From(0);
  std::set<uint32_t> starts;
  for (const BytecodeBlock& block : graph.blocks) EXPECT_TRUE(starts.insert(block.start).second);
  EXPECT_EQ(std::count_if(graph.blocks.begin(), graph.blocks.end(),
                          [](const BytecodeBlock& block) { return block.is_loop_header; }),
            3);
}

TEST(BytecodeGraph, PeelsARoundOfEachLoopAroundTheEntry) {
  const Nest nest;
  const BytecodeGraph graph = nest.From(nest.inner);
  EXPECT_EQ(graph.blocks[0].start, nest.inner);
  EXPECT_TRUE(graph.blocks[0].is_loop_header);
  // The innermost loop: of the round that was entered, of the middle loop's further rounds, and of
  // the outer one's.
  EXPECT_EQ(CountOf(graph, nest.inner), 3U);
  EXPECT_EQ(CountOf(graph, nest.middle), 2U);
  EXPECT_EQ(CountOf(graph, nest.outer), 1U);
  // What is behind all of them is there once.
  EXPECT_EQ(CountOf(graph, nest.Behind(2)), 1U);
  EXPECT_TRUE(graph.is_reducible);
}

TEST(BytecodeGraph, PeelsTheRoundThatIsEnteredInItsMiddle) {
  const Nest nest;
  // Without copies this would be a way into the middle loop past its head.
  const BytecodeGraph graph = nest.From(nest.jumps[1]);
  EXPECT_FALSE(graph.blocks[0].is_loop_header);
  EXPECT_EQ(CountOf(graph, nest.inner), 2U);
  EXPECT_TRUE(graph.is_reducible);
}

TEST(BytecodeGraph, PeelsLoopsThatAreAskedFor) {
  const Nest nest;
  const BytecodeGraph graph = nest.From(0, {nest.middle});
  // What is inside is peeled with it, and its head leads to another one.
  EXPECT_EQ(CountOf(graph, nest.middle), 2U);
  EXPECT_EQ(CountOf(graph, nest.inner), 2U);
  EXPECT_EQ(CountOf(graph, nest.outer), 1U);
  EXPECT_EQ(CountOf(graph, nest.Behind(1)), 1U);
  EXPECT_TRUE(graph.is_reducible);
  std::vector<bool> heads;
  for (const BytecodeBlock& block : graph.blocks) {
    if (block.start != nest.middle) continue;
    heads.push_back(block.is_loop_header);
    EXPECT_TRUE(block.is_in_loop);
    EXPECT_EQ(block.level != 0, !block.is_loop_header);
  }
  EXPECT_EQ(heads, (std::vector<bool>{false, true}));
}

TEST(BytecodeGraph, PeelsNestedLoopsEachTimeTheyAreEntered) {
  const Nest nest;
  const BytecodeGraph graph = nest.From(0, {nest.inner, nest.middle});
  EXPECT_EQ(CountOf(graph, nest.middle), 2U);
  EXPECT_EQ(CountOf(graph, nest.inner), 4U);
  EXPECT_TRUE(graph.is_reducible);
}

TEST(BytecodeGraph, DoesNotPeelTheLoopThatIsEnteredAtItsHead) {
  const Nest nest;
  const BytecodeGraph graph = nest.From(nest.inner, {nest.inner});
  EXPECT_TRUE(graph.blocks[0].is_loop_header);
  EXPECT_EQ(CountOf(graph, nest.inner), 3U);
}

TEST(BytecodeGraph, PeelsALoopThatTheMethodBeginsWith) {
  const CompiledClass c = CompileMembers("m = ( [ true ] whileTrue: [ self bar ] )");
  const CodeDescription& unit = c.Code("m");
  EXPECT_TRUE(AnalyseBytecodes(unit, 0).blocks[0].is_loop_header);
  const BytecodeGraph graph = AnalyseBytecodes(unit, 0, {0});
  EXPECT_FALSE(graph.blocks[0].is_loop_header);
  EXPECT_EQ(CountOf(graph, 0), 2U);
  EXPECT_TRUE(graph.is_reducible);
}

}  // namespace
}  // namespace som::jit
