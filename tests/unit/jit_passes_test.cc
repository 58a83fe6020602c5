// Each pass on textual graphs: what it does, and what it must leave alone. Those about loops and
// the numbers in them are in jit_loop_passes_test.cc.
#include <gmock/gmock.h>

#include "tests/unit/jit_graph_fixture.h"
#include "vm/jit/ordering.h"
#include "vm/jit/passes.h"

namespace som::jit {
namespace {

// --- phis ---

TEST(SimplifyPhis, DropsThoseThatAreAlwaysOneValue) {
  EXPECT_EQ(After(SimplifyPhis, R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  Jump b1
b1: loop from b0 b2 depth=1
  v3 = Phi v1 v3
  v4 = Phi v0 v6
  BranchSame v4 v3 b3 b2
b2: from b1 depth=1
  v6 = AndInt v4 v3
  Jump b1
b3: from b1
  CheckInt v4 [@7 v3]
  Return v3
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  Jump b1
b1: loop from b0 b2 depth=1
  v4 = Phi v0 v6
  BranchSame v4 v1 b3 b2
b2: from b1 depth=1
  v6 = AndInt v4 v1
  Jump b1
b3: from b1
  CheckInt v4 [@7 v1]
  Return v1
)");
}

TEST(SimplifyPhis, FollowsChainsThroughNestedLoops) {
  EXPECT_EQ(After(SimplifyPhis, R"(graph extent=0
b0:
  v0 = FrameWord
  Jump b1
b1: loop from b0 b3 depth=1
  v2 = Phi v0 v5
  Jump b2
b2: loop from b1 b4 depth=2
  v5 = Phi v2 v5
  BranchIsInt v5 b4 b3
b3: from b2 depth=1
  Jump b1
b4: from b2 depth=2
  Jump b2
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord
  Jump b1
b1: loop from b0 b3 depth=1
  Jump b2
b2: loop from b1 b4 depth=2
  BranchIsInt v0 b4 b3
b3: from b2 depth=1
  Jump b1
b4: from b2 depth=2
  Jump b2
)");
}

// --- threading ---

TEST(ThreadJumps, LeadsPastAQuestionWhoseAnswerIsKnown) {
  EXPECT_EQ(After(ThreadJumps, R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  v2 = FrameWord #2
  BranchSame v0 nil b1 b2
b1: from b0
  Jump b5
b2: from b0
  BranchSame v1 nil b3 b4
b3: from b2
  Jump b5
b4: from b2
  Jump b5
b5: from b1 b3 b4
  v3 = Phi true false v2
  BranchSame v3 true b6 b7
b6: from b5
  Return v0
b7: from b5
  Return v1
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  v2 = FrameWord #2
  BranchSame v0 nil b1 b2
b1: from b0
  Jump b7
b2: from b0
  BranchSame v1 nil b3 b4
b3: from b2
  Jump b9
b4: from b2
  Jump b5
b5: from b4
  v3 = Phi v2
  BranchSame v3 true b6 b8
b6: from b5
  Jump b7
b7: from b6 b1
  Return v0
b8: from b5
  Jump b9
b9: from b8 b3
  Return v1
)");
}

TEST(ThreadJumps, KeepsAnswersThatOthersUse) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord
  BranchSame v0 nil b1 b2
b1: from b0
  Jump b3
b2: from b0
  Jump b3
b3: from b1 b2
  v3 = Phi true false
  BranchSame v3 true b4 b5
b4: from b3
  Return v3
b5: from b3
  Return v0
)";
  EXPECT_EQ(After(ThreadJumps, kGraph), "\n" + std::string(kGraph));
}

// --- branches ---

std::string Branch(std::string_view compare, std::string_view branch,
                   const std::string& type = "int") {
  return "graph extent=0\nb0:\n  v0 = FrameWord : " + type + "\n  v1 = FrameWord #1 : " + type +
         "\n  v2 = " + std::string(compare) + "\n  " + std::string(branch) +
         " b1 b2\nb1: from b0\n  Return v0\nb2: from b0\n  Return v1\n";
}

TEST(FoldBranches, BranchOnTheComparisonItself) {
  EXPECT_EQ(After(FoldBranches, Branch("CompareInt less v0 v1", "BranchSame v2 true")),
            "\n" + Branch("CompareInt less v0 v1", "BranchInt less v0 v1"));
}

TEST(FoldBranches, NegateWhereFalseIsAskedFor) {
  EXPECT_EQ(After(FoldBranches, Branch("CompareInt less-equal v0 v1", "BranchSame v2 false")),
            "\n" + Branch("CompareInt less-equal v0 v1", "BranchInt greater v0 v1"));
}

TEST(FoldBranches, CompareWordsForIdentity) {
  EXPECT_EQ(After(FoldBranches, Branch("CompareSame not-equal v0 v1", "BranchSame v2 true")),
            "\n" + Branch("CompareSame not-equal v0 v1", "BranchInt not-equal v0 v1"));
}

TEST(FoldBranches, CompareTextsWithConstants) {
  const auto texts = [](std::string_view compare, std::string_view branch) {
    return Branch(compare, branch, "class10");
  };
  EXPECT_EQ(After(FoldBranches, texts("StringsEqual v0 nil #1", "BranchSame v2 true")),
            "\n" + texts("StringsEqual v0 nil #1", "BranchText equal v0 nil"));
  EXPECT_EQ(After(FoldBranches, texts("StringsEqual v0 nil #1", "BranchSame v2 false")),
            "\n" + texts("StringsEqual v0 nil #1", "BranchText not-equal v0 nil"));
  const std::string graph = texts("StringsEqual v0 v1", "BranchSame v2 true");
  EXPECT_EQ(After(FoldBranches, graph), "\n" + graph);
}

TEST(FoldBranches, LeaveOtherQuestionsAlone) {
  for (std::string_view branch : {"BranchSame v2 nil", "BranchSame v2 v0", "BranchIsInt v2"}) {
    const std::string graph = Branch("CompareInt less v0 v1", branch);
    EXPECT_EQ(After(FoldBranches, graph), "\n" + graph);
  }
}

// --- numbering ---

TEST(NumberValues, ChecksAndLoadsOnlyOnce) {
  EXPECT_EQ(After(NumberValues, R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = CheckClass v0 #49 [@1 v0]
  v2 = LoadField v0 #8 under v1
  v3 = CheckClass v0 #49 [@2 v0]
  v4 = LoadField v0 #8 under v3
  v5 = CompareSame equal v2 v4
  Return v5
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord
  v1 = CheckClass v0 #49 [@1 v0]
  v2 = LoadField v0 #8 under v1
  v5 = CompareSame equal v2 v2
  Return v5
)");
}

TEST(NumberValues, TakesTheStoredValueForALoad) {
  EXPECT_EQ(After(NumberValues, R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  StoreField v0 v1 #8
  v3 = LoadField v0 #8
  Return v3
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  StoreField v0 v1 #8
  Return v1
)");
}

TEST(NumberValues, LoadsAgainBehindWhatMayHaveWritten) {
  const std::string stores = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : class49
  v2 = LoadField v0 #8
  StoreField v1 v2 #8
  v4 = LoadField v0 #8
  v5 = CompareSame equal v2 v4
  Return v5
)";
  EXPECT_EQ(After(NumberValues, stores), "\n" + stores);
  const std::string calls = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v2 = LoadField v0 #8
  v3 = CallMethod v0 &10 [@1 v0]
  v4 = LoadField v0 #8
  v5 = CompareSame equal v2 v4
  Return v5
)";
  EXPECT_EQ(After(NumberValues, calls), "\n" + calls);
}

TEST(NumberValues, TakesTheDoubleItselfForWhatWasStoredOfIt) {
  EXPECT_EQ(After(NumberValues, R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  v2 = ToDouble v1 : double [@3 v0]
  v3 = AddDouble v2 v2 : double
  v4 = Box v3 : double [@5 v0]
  StoreField v0 v4 #8
  v6 = LoadField v0 #8
  v7 = ToDouble v6 : double [@7 v0]
  v8 = MultiplyDouble v7 v2 : double
  v9 = Box v8 : double [@9 v0]
  Return v9
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  v2 = ToDouble v1 : double [@3 v0]
  v3 = AddDouble v2 v2 : double
  v4 = Box v3 : double [@5 v0]
  StoreField v0 v4 #8
  v8 = MultiplyDouble v3 v2 : double
  v9 = Box v8 : double [@9 v0]
  Return v9
)");
}

TEST(NumberValues, BoxesNothingThatHasJustBeenUnboxed) {
  EXPECT_EQ(After(NumberValues, R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : double
  v2 = Unbox v1 : double
  v3 = Box v2 : double [@5 v0]
  StoreField v0 v3 #8
  Return v3
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : double
  v2 = Unbox v1 : double
  StoreField v0 v1 #8
  Return v1
)");
}

TEST(NumberValues, KnowsThatOtherFieldsAreOtherMemory) {
  EXPECT_EQ(After(NumberValues, R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : class49
  v2 = LoadField v0 #8
  StoreField v1 v2 #16
  v4 = LoadField v0 #8
  Return v4
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : class49
  v2 = LoadField v0 #8
  StoreField v1 v2 #16
  Return v2
)");
}

TEST(NumberValues, DoesNotCarryLoadsIntoALoopThatWrites) {
  const std::string loop = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : class49
  v2 = LoadField v0 #8
  Jump b1
b1: loop from b0 b2 depth=1
  v4 = LoadField v0 #8
  BranchSame v4 v2 b2 b3
b2: from b1 depth=1
  StoreField v1 v4 #8
  Jump b1
b3: from b1
  Return v4
)";
  EXPECT_EQ(After(NumberValues, loop), "\n" + loop);
}

TEST(NumberValues, DoesNotTakeWhatOnlyOneWayComputed) {
  const std::string diamond = R"(graph extent=0
b0:
  v0 = FrameWord : int
  BranchIsInt v0 b1 b2
b1: from b0
  v2 = AndInt v0 1
  Jump b3
b2: from b0
  Jump b3
b3: from b1 b2
  v5 = AndInt v0 1
  Return v5
)";
  EXPECT_EQ(After(NumberValues, diamond), "\n" + diamond);
}

// --- barriers ---

TEST(WrapMasked, LosesBitsThatNobodyLooksAt) {
  EXPECT_EQ(After(WrapMasked, R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = MultiplyInt v0 1103515245 : int [@4 v0]
  v2 = AddInt v1 12345 : int [@7 v0 v1]
  v3 = AndInt v2 2147483647 : int
  v4 = ShiftLeftInt v3 40 : int [@9 v3]
  v5 = OrInt v4 v3 : int
  v6 = AndInt 4294967295 v5 : int
  Return v6
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : int
  v1 = MultiplyInt v0 1103515245 #2 : int
  v2 = AddInt v1 12345 #2 : int
  v3 = AndInt v2 2147483647 : int
  v4 = ShiftLeftInt v3 40 #2 : int
  v5 = OrInt v4 v3 : int
  v6 = AndInt 4294967295 v5 : int
  Return v6
)");
}

// By a second use, a frame state, a mask with upper bits, a variable mask, a shift to the right, a
// distance that is not known.
TEST(WrapMasked, KeepsWhatIsLookedAtWhole) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  v2 = AddInt v0 1 : int [@4 v0]
  v3 = AndInt v2 255 : int
  v4 = SubtractInt v0 v2 : int [@5 v0]
  v5 = AddInt v0 v1 : int [@6 v0]
  CheckRange v1 /9 [@7 v5]
  v7 = AndInt v5 255 : int
  v8 = MultiplyInt v0 v1 : int [@8 v0]
  v9 = AndInt v8 -256 : int
  v10 = MultiplyInt v0 7 : int [@9 v0]
  v11 = AndInt v10 v1 : int
  v12 = AddInt v0 7 : int [@10 v0]
  v13 = ShiftRightInt v12 1 : int [@11 v0]
  v14 = AndInt v13 255 : int
  v15 = ShiftLeftInt v0 v1 : int [@12 v0]
  v16 = AndInt v15 255 : int
  Leave [@20 v3 v4 v7 v9 v11 v14 v16]
)";
  EXPECT_EQ(After(WrapMasked, kGraph), "\n" + std::string(kGraph));
}

TEST(UseRanges, KnowsNothingOfWhatWraps) {
  const std::string after = After(UseRanges, R"(graph extent=0
b0:
  v0 = FrameWord : int
  CheckRange v0 /1000 [@1 v0]
  v2 = MultiplyInt v0 1103515245 : int [@2 v0]
  v3 = MultiplyInt v2 1103515245 #2 : int
  v4 = OrInt v3 1 : int
  CheckRange v4 /2305843009213693951 [@3 v0]
  Return v4
)");
  EXPECT_THAT(after, ::testing::HasSubstr("[@3 v0]"));
  EXPECT_THAT(after, ::testing::HasSubstr("v3 = MultiplyInt v2 1103515245 #2 : int\n"));
}

TEST(DropBarriers, KnowsCheckedNumbersAndFreshObjects) {
  EXPECT_EQ(After(DropBarriers, R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  v2 = FrameWord #2
  CheckInt v1 [@7 v0]
  StoreField v0 v1 #8
  StoreField v0 v2 #16
  v6 = NewInstance v1 #49 [@9 v0]
  StoreField v6 v2 #8
  Return v6
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  v2 = FrameWord #2
  CheckInt v1 [@7 v0]
  StoreField v0 v1 #8 flag
  StoreField v0 v2 #16
  v6 = NewInstance v1 #49 [@9 v0]
  StoreField v6 v2 #8 flag
  Return v6
)");
}

TEST(DropBarriers, KeepsThoseBehindWhatMayCollect) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  v2 = NewInstance v1 #49 [@7 v0]
  v3 = NewInstance v1 #49 [@9 v0]
  StoreField v2 v3 #8
  Return v2
)";
  EXPECT_EQ(After(DropBarriers, kGraph), "\n" + std::string(kGraph));
}

TEST(DropBarriers, KeepsThoseOfValuesThatOneWayChecked) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1
  BranchSame v0 nil b1 b2
b1: from b0
  CheckInt v1 [@7 v0]
  Jump b3
b2: from b0
  Jump b3
b3: from b1 b2
  StoreField v0 v1 #8
  Return v0
)";
  EXPECT_EQ(After(DropBarriers, kGraph), "\n" + std::string(kGraph));
}

// --- folding ---

TEST(FoldAllocations, MakesRoomForNeighbours) {
  EXPECT_EQ(After(FoldAllocations, R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  v2 = NewInstance v0 nil #49 [@7 v0]
  v3 = AndInt v0 v1
  v4 = NewContext nil v3 [@9 v0 v2]
  StoreField v2 v4 #16
  v6 = NewArray 2 #12 [@11 v0 v2 v4]
  StoreElement v6 1 v2
  Return v6
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  v2 = NewInstance v0 nil #49 room=88 [@7 v0]
  v3 = AndInt v0 v1
  v4 = NewContext nil v3 room=-64
  StoreField v2 v4 #16
  v6 = NewArray 2 #12 room=-32
  StoreElement v6 1 v2
  Return v6
)");
}

TEST(FoldAllocations, StopsAtWhatMayCollect) {
  EXPECT_EQ(After(FoldAllocations, R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = NewInstance nil #49 [@7 v0]
  v2 = AddInt v0 v0 [@8 v1]
  v3 = NewInstance nil #49 [@9 v0]
  v4 = NewArray v0 #12 [@9 v0]
  v5 = NewInstance v2 #49 [@9 v0]
  v6 = CallMethod v5 &10 [@10 v0]
  v7 = NewInstance v4 #49 [@11 v0]
  Jump b1
b1: from b0
  v9 = NewInstance v3 #49 [@11 v7]
  StoreField v9 v5 #8
  Return v9
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : int
  v1 = NewInstance nil #49 room=32 [@7 v0]
  v2 = AddInt v0 v0 [@8 v1]
  v3 = NewInstance nil #49 room=-16
  v4 = NewArray v0 #12 [@9 v0]
  v5 = NewInstance v2 #49 [@9 v0]
  v6 = CallMethod v5 &10 [@10 v0]
  v7 = NewInstance v4 #49 [@11 v0]
  Jump b1
b1: from b0
  v9 = NewInstance v3 #49 [@11 v7]
  StoreField v9 v5 #8
  Return v9
)");
}

TEST(FoldAllocations, LeavesArraysAloneThatNoCheckLetsThrough) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = NewInstance v0 #49 [@7 v0]
  CheckRange -1 /8 [@8 v0 v1]
  v3 = NewArray -1 #12 [@9 v0 v1]
  v4 = NewArray 9 #12 [@9 v0 v3]
  Return v4
)";
  EXPECT_EQ(After(FoldAllocations, kGraph), "\n" + std::string(kGraph));
}

TEST(FoldAllocations, ItsObjectsStayFreshForEachOther) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = NewInstance v0 #49 [@7 v0]
  v2 = NewInstance v0 #49 [@9 v0]
  StoreField v1 v2 #8
  Return v1
)";
  std::unique_ptr<Graph> graph = GraphOf(kGraph);
  FoldAllocations(*graph);
  DropBarriers(*graph);
  EXPECT_THAT(GraphText(*graph), ::testing::HasSubstr("StoreField v1 v2 #8 flag"));
}

TEST(FoldAllocations, RoomThatStaysEmptyIsAFault) {
  auto problem = [](const std::string& middle) {
    std::string error;
    const std::unique_ptr<Graph> graph = ParseGraph(
        "graph extent=0\nb0:\n  v0 = FrameWord : int\n  v1 = NewInstance v0 #49 room=32 [@7 v0]\n" +
            middle + "  Return v1\n",
        &error);
    return graph == nullptr ? error : VerifyGraph(*graph);
  };
  EXPECT_EQ(problem("  v2 = NewInstance v0 #49 room=-16\n"), "");
  EXPECT_THAT(problem(""), ::testing::HasSubstr("comes while 16 bytes of room are empty"));
  EXPECT_THAT(problem("  v3 = NewArray v0 #12 [@7 v0]\n"),
              ::testing::HasSubstr("comes while 16 bytes of room are empty"));
  EXPECT_THAT(problem("  v2 = NewInstance v0 #49 room=-32\n"),
              ::testing::HasSubstr("lies 32 bytes beneath the top, where 16 are free"));
}

// --- dead code ---

TEST(DropDeadCode, DropsWhatNobodyUses) {
  EXPECT_EQ(After(DropDeadCode, R"(graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = LoadLength v0 : int
  v2 = AddInt v1 1 [@3 v0 v1]
  v3 = NewInstance v2 v2 #49 [@4 v0]
  Return v0
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class12
  Return v0
)");
}

TEST(DropDeadCode, KeepsWhatStatesAndProgramsNotice) {
  const std::string graph = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = LoadField v0 #8
  CheckInt v0 [@3 v1]
  v3 = DivideInt v0 v0 [@4 v0]
  v4 = LoadGlobal &10 [@5 v0]
  StoreField v0 v1 #8
  Return v0
)";
  EXPECT_EQ(After(DropDeadCode, graph), "\n" + graph);
}

TEST(DropDeadCode, DropsPhisThatOnlyFeedThemselves) {
  EXPECT_EQ(After(DropDeadCode, R"(graph extent=0
b0:
  v0 = FrameWord : int
  Jump b1
b1: loop from b0 b2 depth=1
  v2 = Phi v0 v4
  BranchIsInt v0 b2 b3
b2: from b1 depth=1
  v4 = AndInt v2 1
  Jump b1
b3: from b1
  Return v0
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : int
  Jump b1
b1: loop from b0 b2 depth=1
  BranchIsInt v0 b2 b3
b2: from b1 depth=1
  Jump b1
b3: from b1
  Return v0
)");
}

// --- ordering ---

TEST(OrderBlocks, SplitsCriticalEdgesAndPutsColdBlocksLast) {
  std::string error;
  const auto graph = ParseGraph(R"(graph extent=0
b0:
  v0 = FrameWord
  BranchIsInt v0 b1 b2
b1: from b0 cold
  Leave [@3 v0]
b2: from b0 b3
  v3 = Phi v0 v5
  BranchIsInt v3 b3 b4
b3: from b2
  v5 = AndInt v3 1
  BranchIsInt v5 b2 b5
b4: from b2
  Return v3
b5: from b3
  Return v5
b6:
  Return v0
)",
                                &error);
  ASSERT_NE(graph, nullptr) << error;
  OrderBlocks(*graph);
  EXPECT_EQ(VerifyGraph(*graph), "");
  const std::string text = GraphText(*graph);
  EXPECT_EQ(graph->blocks().back()->terminator()->op, IrOp::kLeave) << text;
  EXPECT_EQ(graph->blocks().size(), 8U) << text;  // b6 is gone, two edges into the loop are split
  const Block* header = graph->blocks()[2];
  EXPECT_TRUE(header->is_loop_header) << text;
  EXPECT_EQ(header->loop_depth, 1) << text;
}

}  // namespace
}  // namespace som::jit
