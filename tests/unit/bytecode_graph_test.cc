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

TEST(BytecodeGraph, HasEachBlockOnceFromTheStart) {
  const CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  const BytecodeGraph graph = AnalyseBytecodes(unit, 0);
  std::set<uint32_t> starts;
  for (const BytecodeBlock& block : graph.blocks) EXPECT_TRUE(starts.insert(block.start).second);
  EXPECT_EQ(std::count_if(graph.blocks.begin(), graph.blocks.end(),
                          [](const BytecodeBlock& block) { return block.is_loop_header; }),
            3);
}

TEST(BytecodeGraph, PeelsARoundOfEachLoopAroundTheEntry) {
  const CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  const std::vector<uint32_t> jumps = JumpsBack(unit);
  ASSERT_EQ(jumps.size(), 3U);
  const uint32_t inner = HeadOf(unit, jumps[0]);
  const BytecodeGraph graph = AnalyseBytecodes(unit, inner);
  EXPECT_EQ(graph.blocks[0].start, inner);
  EXPECT_TRUE(graph.blocks[0].is_loop_header);
  // The innermost loop: of the round that was entered, of the middle loop's further rounds, and of
  // the outer one's.
  EXPECT_EQ(CountOf(graph, inner), 3U);
  EXPECT_EQ(CountOf(graph, HeadOf(unit, jumps[1])), 2U);
  EXPECT_EQ(CountOf(graph, HeadOf(unit, jumps[2])), 1U);
  // What is behind all of them is there once.
  EXPECT_EQ(CountOf(graph, InstructionAt(unit, jumps[2]).end()), 1U);
  EXPECT_TRUE(graph.is_reducible);
}

TEST(BytecodeGraph, PeelsTheRoundThatIsEnteredInItsMiddle) {
  const CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  // Without copies this would be a way into the middle loop past its head.
  const BytecodeGraph graph = AnalyseBytecodes(unit, JumpsBack(unit)[1]);
  EXPECT_FALSE(graph.blocks[0].is_loop_header);
  EXPECT_EQ(CountOf(graph, HeadOf(unit, JumpsBack(unit)[0])), 2U);
  EXPECT_TRUE(graph.is_reducible);
}

TEST(BytecodeGraph, PeelsLoopsThatAreAskedFor) {
  const CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  const std::vector<uint32_t> jumps = JumpsBack(unit);
  const uint32_t inner = HeadOf(unit, jumps[0]);
  const uint32_t middle = HeadOf(unit, jumps[1]);
  const BytecodeGraph graph = AnalyseBytecodes(unit, 0, {middle});
  // What is inside is peeled with it, and its head leads to another one.
  EXPECT_EQ(CountOf(graph, middle), 2U);
  EXPECT_EQ(CountOf(graph, inner), 2U);
  EXPECT_EQ(CountOf(graph, HeadOf(unit, jumps[2])), 1U);
  EXPECT_EQ(CountOf(graph, InstructionAt(unit, jumps[1]).end()), 1U);
  EXPECT_TRUE(graph.is_reducible);
  std::vector<bool> heads;
  for (const BytecodeBlock& block : graph.blocks) {
    if (block.start != middle) continue;
    heads.push_back(block.is_loop_header);
    EXPECT_TRUE(block.is_in_loop);
    EXPECT_EQ(block.level != 0, !block.is_loop_header);
  }
  EXPECT_EQ(heads, (std::vector<bool>{false, true}));
}

TEST(BytecodeGraph, PeelsNestedLoopsEachTimeTheyAreEntered) {
  const CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  const std::vector<uint32_t> jumps = JumpsBack(unit);
  const uint32_t inner = HeadOf(unit, jumps[0]);
  const uint32_t middle = HeadOf(unit, jumps[1]);
  const BytecodeGraph graph = AnalyseBytecodes(unit, 0, {inner, middle});
  EXPECT_EQ(CountOf(graph, middle), 2U);
  EXPECT_EQ(CountOf(graph, inner), 4U);
  EXPECT_TRUE(graph.is_reducible);
}

TEST(BytecodeGraph, DoesNotPeelTheLoopThatIsEnteredAtItsHead) {
  const CompiledClass c = CompileMembers(kNest);
  const CodeDescription& unit = c.Code("m:");
  const uint32_t inner = HeadOf(unit, JumpsBack(unit)[0]);
  const BytecodeGraph graph = AnalyseBytecodes(unit, inner, {inner});
  EXPECT_TRUE(graph.blocks[0].is_loop_header);
  EXPECT_EQ(CountOf(graph, inner), 3U);
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
