// The passes about loops and the numbers in them on textual graphs: what each does, and what it
// must leave alone.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/unit/jit_graph_fixture.h"
#include "vm/jit/passes.h"

namespace som::jit {
namespace {

// --- hoisting ---

TEST(HoistInvariants, MovesChecksWithTheStateOfTheLoopsHead) {
  EXPECT_EQ(After(HoistInvariants, R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1 : int
  Jump [@5 v0 v1] b1
b1: loop from b0 b2 depth=1
  v3 = Phi 0 v7 : int
  v4 = CheckClass v0 #49 [@8 v0 v3]
  v5 = LoadField v0 #8 under v4
  BranchSame v3 v5 b3 b2
b2: from b1 depth=1
  v7 = AndInt v3 v1
  Jump b1
b3: from b1
  Return v3
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1 : int
  v4 = CheckClass v0 #49 [@5 v0 v1]
  v5 = LoadField v0 #8 under v4
  Jump [@5 v0 v1] b1
b1: loop from b0 b2 depth=1
  v3 = Phi 0 v7 : int
  BranchSame v3 v5 b3 b2
b2: from b1 depth=1
  v7 = AndInt v3 v1
  Jump b1
b3: from b1
  Return v3
)");
}

TEST(HoistInvariants, LeavesChecksThatNotEveryRoundReaches) {
  const std::string loop = R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  Jump [@5 v0 v1] b1
b1: loop from b0 b4 depth=1
  v3 = Phi 0 v9
  BranchSame v3 v1 b2 b3
b2: from b1 depth=1
  v5 = CheckClass v0 #49 [@8 v0 v3]
  v6 = LoadField v0 #8 under v5
  Jump b4
b3: from b1 depth=1
  Jump b4
b4: from b2 b3 depth=1
  v9 = Phi v6 v3
  BranchIsInt v9 b5 b1
b5: from b4
  Return v3
)";
  std::string split = loop;  // the edge back is critical: give it a block
  split.replace(split.find("b1: loop from b0 b4"), 19, "b1: loop from b0 b6");
  split.replace(split.find("BranchIsInt v9 b5 b1"), 20, "BranchIsInt v9 b5 b6");
  split += "b6: from b4 depth=1\n  Jump b1\n";
  EXPECT_EQ(After(HoistInvariants, split), "\n" + split);
}

TEST(HoistInvariants, LeavesLoadsOfWhatTheLoopWrites) {
  const std::string loop = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : class49
  Jump [@5 v0 v1] b1
b1: loop from b0 b2 depth=1
  v3 = LoadField v0 #8
  BranchSame v3 v1 b3 b2
b2: from b1 depth=1
  StoreField v1 v3 #8
  Jump b1
b3: from b1
  Return v3
)";
  EXPECT_EQ(After(HoistInvariants, loop), "\n" + loop);
}

TEST(NumberValues, TheLengthOfAnArrayMadeHereIsKnown) {
  EXPECT_EQ(After(NumberValues, R"(graph extent=0
b0:
  v0 = FrameWord
  CheckInt v0 [@7 v0]
  CheckRange v0 /100 [@7 v0]
  v3 = NewArray v0 #12 [@7 v0]
  v4 = LoadLength v3
  CheckBounds v0 v4 [@9 v0 v3]
  Return v4
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord
  CheckInt v0 [@7 v0]
  CheckRange v0 /100 [@7 v0]
  v3 = NewArray v0 #12 [@7 v0]
  CheckBounds v0 v0 [@9 v0 v3]
  Return v0
)");
}

// --- carrying ---

// A loop that loads the field at byte 8 of v0 in b1, with `first` in front of it and `body` behind
// the load, where v5 is the round's sum.
std::string LoopOverField(const std::string& first, const std::string& body) {
  return absl::StrCat(
      "graph extent=0\nb0:\n  v0 = FrameWord : class49\n  v1 = FrameWord #1 : int\n", first,
      R"(  Jump [@5 v0 v1] b1
b1: loop from b0 b2 depth=1
  v3 = LoadField v0 #8
)",
      body, R"(  BranchSame v1 nil b3 b2
b2: from b1 depth=1
  Jump b1
b3: from b1
  Return v0
)");
}

constexpr const char* kAddsInt = R"(  CheckInt v3 [@7 v0 v3]
  v5 = AddInt v3 v1 : int [@8 v0 v3]
  StoreField v0 v5 #8
)";

TEST(CarryFields, HandsAnIntegerOnThatWasCheckedOnce) {
  EXPECT_EQ(After(CarryFields, LoopOverField("", kAddsInt)), R"(
graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : int
  v13 = LoadField v0 #8
  CheckInt v13 [@5 v0 v1]
  Jump [@5 v0 v1] b1
b1: loop from b0 b2 depth=1
  v15 = Phi v13 v5 : int
  v5 = AddInt v15 v1 : int [@8 v0 v15]
  StoreField v0 v5 #8
  BranchSame v1 nil b3 b2
b2: from b1 depth=1
  Jump b1
b3: from b1
  Return v0
)");
}

TEST(CarryFields, ChecksNothingWhereItKnowsWhatWasStored) {
  const std::string after = After(CarryFields, LoopOverField("  StoreField v0 v1 #8\n", kAddsInt));
  EXPECT_THAT(after, ::testing::HasSubstr("Phi v1 v5 : int\n"));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("Check")));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("LoadField")));
}

TEST(CarryFields, HandsADoubleOnInItsRegister) {
  const std::string after =
      After(CarryFields, LoopOverField("", R"(  v4 = ToDouble v3 : double [@7 v0 v3]
  v5 = AddDouble v4 v4 : double
  v6 = Box v5 : double [@8 v0 v3]
  StoreField v0 v6 #8
)"));
  EXPECT_THAT(after, ::testing::HasSubstr("  CheckDouble v13 [@5 v0 v1]\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("= Phi double v15 v5 : double\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("  v5 = AddDouble v16 v16 : double\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("Box v5 : double [@8 v0 v16]\n"));
}

TEST(CarryFields, HandsAnythingElseOnAsItIs) {
  const std::string after =
      After(CarryFields, LoopOverField("", R"(  v5 = NewInstance v3 #50 [@8 v0]
  StoreField v0 v5 #8
)"));
  EXPECT_THAT(after, ::testing::HasSubstr("  v13 = Phi v12 v5\n  v5 = NewInstance v13 #50"));
}

TEST(CarryFields, LeavesAloneWhatMayHaveChangedOtherwise) {
  for (const char* body : {
           // Stored twice; to another object, which may be the same one; not behind the load; by a
           // call.
           "  StoreField v0 v1 #8\n  StoreField v0 v3 #8\n",
           "  v5 = LoadField v0 #16\n  CheckClass v5 #49 [@7 v0]\n  StoreField v5 v1 #8\n",
           "  v5 = CallMethod v0 &10 [@7 v0]\n  StoreField v0 v5 #8\n",
           "  CheckInt v3 [@7 v0]\n  v6 = LoadField v0 #8\n  StoreField v0 v6 #8\n",
       }) {
    const std::string graph = LoopOverField("", body);
    EXPECT_EQ(After(CarryFields, graph), "\n" + graph) << body;
  }
}

TEST(CarryFields, LeavesAloneWhatNotEveryRoundStores) {
  const std::string graph = R"(graph extent=0
b0:
  v0 = FrameWord : class49
  v1 = FrameWord #1 : int
  Jump [@5 v0 v1] b1
b1: loop from b0 b5 depth=1
  v3 = LoadField v0 #8
  BranchSame v3 nil b2 b3
b2: from b1 depth=1
  StoreField v0 v1 #8
  Jump b5
b3: from b1 depth=1
  BranchSame v1 nil b6 b4
b4: from b3 depth=1
  Jump b5
b5: from b2 b4 depth=1
  Jump b1
b6: from b3
  Return v0
)";
  EXPECT_EQ(After(CarryFields, graph), "\n" + graph);
}

// --- bounds ---

// A loop from `first` by `step` to v2 over an Array of length v3, which tests at its end. `index`
// defines v9.
std::string CountedLoop(const std::string& first, const std::string& step,
                        const std::string& condition, const std::string& index) {
  return absl::StrCat(R"(graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = FrameWord #1
  v2 = FrameWord #2
  CheckInt v1 [@1 v0]
  CheckInt v2 [@1 v0]
  v3 = LoadLength v0 : int
  Jump [@7 v0 v1] b1
b1: loop from b0 b2 depth=1
  v8 = Phi )",
                      first, " v12 : int\n  ", index, R"(
  v10 = CheckBounds v9 v3 [@9 v0 v8]
  v11 = LoadElement v0 v9 under v10
  v12 = )",
                      step, R"( : int [@10 v0 v8]
  BranchInt )",
                      condition, R"( v12 v2 b2 b3
b2: from b1 depth=1
  Jump b1
b3: from b1
  Return v11
)");
}

TEST(CheckBoundsOnce, ChecksTheFirstAndTheLastIndexInFrontOfTheLoop) {
  const std::string after = After(CheckBoundsOnce, CountedLoop("1", "AddInt v8 1", "less-equal",
                                                               "v9 = AddInt v8 v1 : int [@8 v0]"));
  EXPECT_THAT(after, ::testing::ContainsRegex(
                         "v(.*) = AddInt 1 v1 : int \\[@7 v0 v1\\]\n  CheckBounds v.* v3 "
                         "\\[@7 v0 v1\\]\n  v.* = AddInt v2 v1 : int \\[@7 v0 v1\\]\n  "
                         "CheckBounds v.* v3 \\[@7 v0 v1\\]\n  Jump"));
  EXPECT_THAT(after, ::testing::HasSubstr("v9 = AddInt v8 v1 #1 : int\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("v11 = LoadElement v0 v9 under v9\n"));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("[@9 v0 v8]")));
}

TEST(CheckBoundsOnce, TakesLoopsThatCountDown) {
  const std::string after =
      After(CheckBoundsOnce, CountedLoop("v1", "SubtractInt v8 2", "greater-equal",
                                         "v9 = SubtractInt v8 1 : int [@8 v0]"));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("[@9 v0 v8]")));
}

TEST(CheckBoundsOnce, LeavesIndexesThatMoveOtherwise) {
  for (const std::string& graph :
       {CountedLoop("1", "AddInt v8 1", "less-equal", "v9 = MultiplyInt v8 v8 : int [@8 v0]"),
        CountedLoop("1", "AddInt v8 1", "less-equal",
                    "v9 = LoadElement v0 v8\n  CheckInt v9 [@8 v0]"),
        CountedLoop("1", "AddInt v8 1", "greater-equal", "v9 = AddInt v8 v1 : int [@8 v0]"),
        CountedLoop("1", "AddInt v8 1", "not-equal", "v9 = AddInt v8 v1 : int [@8 v0]"),
        CountedLoop("1", "AddInt v8 v1", "less-equal", "v9 = AddInt v8 v1 : int [@8 v0]")}) {
    EXPECT_THAT(After(CheckBoundsOnce, graph), ::testing::HasSubstr("[@9 v0 v8]")) << graph;
  }
}

// --- ranges ---

TEST(UseRanges, KnowsTheVariableOfALoopOverAnArray) {
  EXPECT_EQ(After(UseRanges, R"(graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = LoadLength v0 : int
  Jump b1
b1: loop from b0 b2 depth=1
  v3 = Phi 1 v7 : int
  BranchInt less-equal v3 v1 b2 b3
b2: from b1 depth=1
  CheckBounds v3 v1 [@7 v0]
  v6 = LoadElement v0 v3
  v7 = AddInt v3 1 : int [@9 v0]
  Jump b1
b3: from b1
  Return v0
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = LoadLength v0 : int
  Jump b1
b1: loop from b0 b2 depth=1
  v3 = Phi 1 v7 : int
  BranchInt less-equal v3 v1 b2 b3
b2: from b1 depth=1
  v6 = LoadElement v0 v3
  v7 = AddInt v3 1 #1 : int
  Jump b1
b3: from b1
  Return v0
)");
}

TEST(UseRanges, KnowsWhatShiftsAndBitsLeave) {
  const std::string after = After(UseRanges, R"(graph extent=0
b0:
  v0 = FrameWord
  CheckInt v0 [@1 v0]
  v2 = AndInt v0 255 : int
  v3 = ShiftRightInt v2 3 : int [@2 v0]
  v4 = ShiftLeftInt v3 40 : int [@3 v0]
  v5 = ShiftLeftInt v3 60 : int [@4 v0]
  v6 = ShiftRightInt v0 3 : int [@5 v0]
  v7 = ShiftRightInt v2 v3 : int [@6 v0]
  v8 = ShiftRightInt v2 v0 : int [@7 v0]
  v9 = XorInt v2 v3 : int
  CheckRange v9 /255 [@8 v0]
  CheckRange v9 /254 [@9 v0]
  v12 = RemainderInt v2 7 : int [@10 v0]
  CheckRange v12 /6 [@11 v0]
  Return v9
)");
  EXPECT_THAT(after, ::testing::HasSubstr("v3 = ShiftRightInt v2 3 #1 /1 : int\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("v4 = ShiftLeftInt v3 40 #1 /1 : int\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("v5 = ShiftLeftInt v3 60 /1 : int [@4 v0]\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("v6 = ShiftRightInt v0 3 /1 : int [@5 v0]\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("v7 = ShiftRightInt v2 v3 #1 /1 : int\n"));
  EXPECT_THAT(after, ::testing::HasSubstr("v8 = ShiftRightInt v2 v0 : int [@7 v0]\n"));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("[@8 v0]")));
  EXPECT_THAT(after, ::testing::HasSubstr("[@9 v0]"));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("[@11 v0]")));
}

TEST(UseRanges, StandsFactsThatContradictEachOther) {
  const std::string after = After(UseRanges, R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  CheckInt v0 [@1 v0]
  CheckInt v1 [@1 v0]
  BranchInt greater v1 100 b1 b3
b1: from b0
  BranchInt less v1 0 b2 b4
b2: from b1
  v6 = ShiftLeftInt v0 v1 : int [@2 v0]
  v7 = ShiftRightInt v0 v1 : int [@3 v0]
  v8 = DivideInt v0 v1 : int [@4 v0]
  v9 = OrInt v0 v1 : int
  CheckRange v9 /10 [@5 v0]
  Return v9
b3: from b0
  Return v0
b4: from b1
  Return v0
)");
  EXPECT_THAT(after, ::testing::HasSubstr("v6 = ShiftLeftInt v0 v1 : int [@2 v0]"));
}

TEST(UseRanges, KnowsTheVariableOfALoopThatTestsAtItsEnd) {
  const std::string graph = R"(graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = LoadLength v0 : int
  BranchInt greater 1 v1 b1 b2
b1: from b0
  Return v0
b2: from b0
  Jump b3
b3: loop from b2 b4 depth=1
  v6 = Phi 1 v8 : int
  CheckBounds v6 v1 [@7 v0]
  v8 = AddInt v6 1 : int [@9 v0]
  BranchInt less-equal v8 v1 b4 b5
b4: from b3 depth=1
  Jump b3
b5: from b3
  Return v0
)";
  const std::string after = After(UseRanges, graph);
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("CheckBounds")));
  EXPECT_THAT(after, ::testing::HasSubstr("v8 = AddInt v6 1 #1 : int\n"));
}

// The length of another Array in each round.
// Two loops with one head: the limit of the inner one stays, or is that of the next round.
TEST(UseRanges, LooksThroughPhisThatMayStayAsTheyAre) {
  const std::string loop = R"(
graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  v2 = FrameWord #2
  CheckInt v0 [@3 v0 v1]
  CheckInt v1 [@3 v0 v1]
  CheckInt v2 [@3 v0 v1]
  CheckRange v0 /1000 [@3 v0 v1]
  CheckRange v1 /1000 [@3 v0 v1]
  CheckRange v2 /1000 [@3 v0 v1]
  Jump b1
b1: loop from b0 b2 b4 depth=1
  v10 = Phi v0 v12 0 : int
  v11 = Phi v1 v11 v2 : int
  v12 = AddInt v10 1 STEP
  BranchInt less-equal v12 v11 b2 b3
b2: from b1 depth=1
  Jump b1
b3: from b1 depth=1
  BranchSame v0 v1 b4 b5
b4: from b3 depth=1
  Jump b1
b5: from b3
  Return v12
)";
  auto with = [&](std::string_view step) {
    std::string text = loop;
    return text.replace(text.find("STEP"), 4, step);
  };
  EXPECT_EQ(After(UseRanges, with(": int [@5 v10 v11]")), with("#1 : int"));
}

TEST(UseRanges, KeepsBoundsOfWhatTheLoopComputes) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord
  Jump b1
b1: loop from b0 b2 depth=1
  v2 = Phi v0 v7
  v3 = Phi 1 v6 : int
  CheckClass v2 #12 [@6 v0]
  v4 = LoadLength v2 : int
  CheckBounds v3 v4 [@7 v0]
  v6 = AddInt v3 1 : int [@9 v0]
  v7 = LoadElement v2 v3
  BranchInt less-equal v6 v4 b2 b3
b2: from b1 depth=1
  Jump b1
b3: from b1
  Return v0
)";
  EXPECT_THAT(After(UseRanges, kGraph), ::testing::HasSubstr("CheckBounds v3 v4 #1 [@7 v0]"));
}

// The variable begins at 0; the limit is another length; it may be anything; it goes both ways.
TEST(UseRanges, KeepsChecksThatMayFail) {
  for (std::string_view phi : {"Phi 0 v8", "Phi 1 v9", "Phi v2 v8"}) {
    const std::string graph = R"(graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = LoadLength v0 : int
  v2 = FrameWord #2 : int
  Jump b1
b1: loop from b0 b2 depth=1
  v4 = )" + std::string(phi) +
                              R"( : int
  BranchInt less-equal v4 v2 b2 b3
b2: from b1 depth=1
  CheckBounds v4 v1 [@7 v0]
  v7 = MultiplyInt v2 v4 : int [@8 v0]
  v8 = AddInt v2 1 : int [@9 v0]
  v9 = SubtractInt v2 v4 : int [@9 v0]
  Jump b1
b3: from b1
  Return v0
)";
    EXPECT_EQ(After(UseRanges, graph), "\n" + graph);
  }
}

TEST(UseRanges, ComparesOnceOnlyWhatIsKnownToBeginAtOne) {
  EXPECT_THAT(After(UseRanges, R"(graph extent=0
b0:
  v0 = FrameWord : class12
  v1 = FrameWord #1 : int
  v2 = LoadLength v0 : int
  v3 = AndInt v1 7 : int
  v4 = CheckBounds v3 v2 [@7 v0]
  v5 = LoadElement v0 v3 under v4
  Return v5
)"),
              ::testing::HasSubstr("CheckBounds v3 v2 [@7 v0]"));
}

// A loop that steps by one to a limit with room behind it.
std::string StepsFrom(std::string_view start, std::string_view step) {
  return std::string("graph extent=0\nb0:\n  v0 = FrameWord : int\n  v1 = FrameWord #1 : int\n") +
         "  CheckRange v1 #-2305843009213693952 /1000 [@7 v0]\n  Jump b1\n" +
         "b1: loop from b0 b2 depth=1\n  v4 = Phi " + std::string(start) + " v5 : int\n" +
         "  v5 = AddInt v4 1" + std::string(step) + "\n  BranchInt less v5 v1 b2 b3\n" +
         "b2: from b1 depth=1\n  Jump b1\nb3: from b1\n  Return v0\n";
}

TEST(UseRanges, KnowsThatAStepStaysWithinTheLimit) {
  EXPECT_EQ(After(UseRanges, StepsFrom("1", " : int [@9 v0]")), "\n" + StepsFrom("1", " #1 : int"));
}

TEST(UseRanges, KeepsTheCheckOfAStepFromAnywhere) {
  const std::string graph = StepsFrom("v0", " : int [@9 v0]");
  EXPECT_EQ(After(UseRanges, graph), "\n" + graph);
}

// The check stands behind the sum: the sum may overflow all the same.
TEST(UseRanges, DoesNotTakeWhatIsCheckedLater) {
  constexpr std::string_view kGraph = R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = AddInt v0 1 : int [@7 v0]
  CheckRange v0 /1000 [@8 v0]
  Return v1
)";
  EXPECT_EQ(After(UseRanges, kGraph), "\n" + std::string(kGraph));
}

TEST(UseRanges, KnowsRemaindersAndWhatHasBeenCompared) {
  EXPECT_EQ(After(UseRanges, R"(graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  v2 = ModuloInt v0 1000 : int [@7 v0]
  v3 = MultiplyInt v2 v2 : int [@8 v0]
  BranchInt less v0 v1 b1 b2
b1: from b0
  v5 = AddInt v0 1 : int [@9 v0]
  v6 = AddInt v1 1 : int [@9 v0]
  v7 = DivideInt v5 v3 : int [@9 v0]
  Return v7
b2: from b0
  Return v3
)"),
            R"(
graph extent=0
b0:
  v0 = FrameWord : int
  v1 = FrameWord #1 : int
  v2 = ModuloInt v0 1000 #1 : int
  v3 = MultiplyInt v2 v2 #1 : int
  BranchInt less v0 v1 b1 b2
b1: from b0
  v5 = AddInt v0 1 #1 : int
  v6 = AddInt v1 1 : int [@9 v0]
  v7 = DivideInt v5 v3 : int [@9 v0]
  Return v7
b2: from b0
  Return v3
)");
}

// --- polls ---

// A loop from `first` by `step` to `limit`, which asks for interrupts in each round. v1 and v2 are
// small integers of at most 1000 and at least -1000.
std::string PollingLoop(const std::string& first, const std::string& step,
                        const std::string& branch, const std::string& body = "") {
  return absl::StrCat(R"(graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  v2 = FrameWord #2
  CheckInt v1 [@1 v0]
  CheckInt v2 [@1 v0]
  CheckRange v1 #-1000 /1000 [@1 v0]
  CheckRange v2 #-1000 /1000 [@1 v0]
  Jump [@7 v0 v1 v2] b1
b1: loop from b0 b2 depth=1
  v8 = Phi )",
                      first, " v12 : int\n", body, "  v12 = ", step, R"( : int [@10 v0 v8]
  )",
                      branch, R"( b2 b3
b2: from b1 depth=1
  CheckInterrupt [@11 v0 v12]
  Jump b1
b3: from b1
  Return v8
)");
}

std::string Without(std::string graph, const std::string& line) {
  graph.erase(graph.find(line), line.size());
  return graph;
}

TEST(PollSeldom, CountsToTheEndOfAStretch) {
  EXPECT_EQ(After(PollSeldom, PollingLoop("v1", "AddInt v8 2", "BranchInt less-equal v12 v2")),
            R"(
graph extent=0
b0:
  v0 = FrameWord
  v1 = FrameWord #1
  v2 = FrameWord #2
  CheckInt v1 [@1 v0]
  CheckInt v2 [@1 v0]
  CheckRange v1 #-1000 /1000 [@1 v0]
  CheckRange v2 #-1000 /1000 [@1 v0]
  v30 = AddInt v1 2048 #1 : int
  v31 = MinInt v2 v30 : int
  Jump [@7 v0 v1 v2] b1
b1: loop from b0 b2 b4 depth=1
  v8 = Phi v1 v12 v12 : int
  v23 = Phi v31 v23 v27 : int
  v12 = AddInt v8 2 : int [@10 v0 v8]
  BranchInt less-equal v12 v23 b2 b3
b2: from b1 depth=1
  Jump b1
b3: from b1 depth=1
  BranchInt less-equal v12 v2 b4 b5
b4: from b3 depth=1
  CheckInterrupt [@11 v0 v12]
  v26 = AddInt v12 2048 #1 : int
  v27 = MinInt v2 v26 : int
  Jump b1
b5: from b3
  Return v8
)");
}

TEST(PollSeldom, CountsDown) {
  const std::string after =
      After(PollSeldom, PollingLoop("v1", "SubtractInt v8 1", "BranchInt greater-equal v12 v2"));
  EXPECT_THAT(after, ::testing::HasSubstr("AddInt v1 -1024 #1 : int\n"));
  EXPECT_THAT(after, ::testing::ContainsRegex("MaxInt v2 v"));
  EXPECT_THAT(after, ::testing::Not(::testing::HasSubstr("MinInt")));
}

// The first stretch is one round where the loop may begin anywhere.
TEST(PollSeldom, AddsNothingToWhatHasNoRoom) {
  const std::string after =
      After(PollSeldom, Without(PollingLoop("v1", "AddInt v8 1", "BranchInt less-equal v12 v2"),
                                "  CheckRange v1 #-1000 /1000 [@1 v0]\n"));
  EXPECT_THAT(after, ::testing::ContainsRegex("Phi v1 v.* v.* : int\n  v12"));
  EXPECT_THAT(after, ::testing::HasSubstr("/1000 [@1 v0]\n  Jump [@7 v0 v1 v2] b1\n"));
}

TEST(PollSeldom, KnowsTheRoomBehindLengths) {
  std::string graph = PollingLoop("1", "AddInt v8 1", "BranchInt less-equal v12 v10");
  const std::string range = "  CheckRange v2 #-1000 /1000 [@1 v0]\n";
  graph.replace(graph.find(range), range.size(),
                "  CheckClass v0 #12 [@1 v0]\n  v9 = LoadLength v0 : int\n"
                "  v10 = SubtractInt v9 1 #1 : int\n");
  EXPECT_THAT(After(PollSeldom, graph), ::testing::ContainsRegex("MinInt v10 1025"));
}

TEST(PollSeldom, KnowsTheRoomBehindASumThatIsChecked) {
  std::string graph = PollingLoop("1", "AddInt v8 1", "BranchInt less-equal v12 v10");
  const std::string range = "  CheckRange v2 #-1000 /1000 [@1 v0]\n";
  graph.replace(graph.find(range), range.size(),
                "  v10 = SubtractInt v2 1 : int [@1 v0]\n  CheckRange v10 #-1000 /1000 [@1 v0]\n");
  EXPECT_THAT(After(PollSeldom, graph), ::testing::ContainsRegex("MinInt v10 1025"));
}

TEST(PollSeldom, NeverAsksWhereOneStretchIsAll) {
  EXPECT_THAT(After(PollSeldom, PollingLoop("1", "AddInt v8 1", "BranchInt less-equal v12 1024")),
              ::testing::Not(::testing::HasSubstr("CheckInterrupt")));
  EXPECT_THAT(After(PollSeldom, PollingLoop("1", "AddInt v8 1", "BranchInt less-equal v12 1025")),
              ::testing::HasSubstr("CheckInterrupt"));
  EXPECT_THAT(
      After(PollSeldom, PollingLoop("1", "SubtractInt v8 1", "BranchInt greater-equal v12 -1023")),
      ::testing::HasSubstr("CheckInterrupt"));
}

TEST(PollSeldom, BeginsWithARoundWhereNoStretchFits) {
  const std::string after = After(
      PollSeldom, PollingLoop("2305843009213693900", "AddInt v8 1", "BranchInt less-equal v12 v2"));
  EXPECT_THAT(after, ::testing::HasSubstr("CheckRange v2 #-1000 /1000 [@1 v0]\n  Jump"));
  EXPECT_THAT(after, ::testing::HasSubstr("BranchInt less-equal v12 v2 b4 b5"));
}

TEST(PollSeldom, LeavesLoopsAroundOthers) {
  const std::string after = After(PollSeldom, R"(graph extent=0
b0:
  v0 = FrameWord
  CheckInt v0 [@1 v0]
  CheckRange v0 #-1000 /1000 [@1 v0]
  Jump [@7 v0] b1
b1: loop from b0 b5 depth=1
  v4 = Phi 1 v9 : int
  Jump [@8 v0 v4] b2
b2: loop from b1 b3 depth=2
  v6 = Phi 1 v7 : int
  v7 = AddInt v6 1 #1 : int
  BranchInt less-equal v7 v0 b3 b4
b3: from b2 depth=2
  CheckInterrupt [@9 v0 v4 v7]
  Jump b2
b4: from b2 depth=1
  v9 = AddInt v4 1 #1 : int
  BranchInt less-equal v9 v0 b5 b6
b5: from b4 depth=1
  CheckInterrupt [@10 v0 v9]
  Jump b1
b6: from b4
  Return v4
)");
  EXPECT_THAT(after, ::testing::HasSubstr("CheckInterrupt [@10 v0 v9]\n  Jump b1\n"));
  EXPECT_THAT(after, ::testing::ContainsRegex("CheckInterrupt .@9 v0 v4 v7.\n  v"));
}

// Another step, another direction, a limit that is no integer or has no room behind it, work of
// unknown length, a loop inside.
TEST(PollSeldom, LeavesOtherLoops) {
  const std::string plain = PollingLoop("v1", "AddInt v8 1", "BranchInt less-equal v12 v2");
  for (const std::string& graph :
       {PollingLoop("v1", "AddInt v8 v2", "BranchInt less-equal v12 v2"),
        PollingLoop("v1", "AddInt v8 65", "BranchInt less-equal v12 v2"),
        PollingLoop("v1", "AddInt v8 1", "BranchInt greater-equal v12 v2"),
        PollingLoop("v1", "AddInt v8 1", "BranchInt less-equal v12 v0",
                    "  CheckInt v0 [@8 v0 v8]\n"),
        Without(plain, "  CheckRange v2 #-1000 /1000 [@1 v0]\n"),
        PollingLoop("1", "AddInt v8 1", "BranchInt less-equal v12 2305843009213693951"),
        PollingLoop("v1", "AddInt v8 1", "BranchInt less-equal v12 v2",
                    "  CheckClass v0 #10 [@8 v0 v8]\n  v9 = StringsEqual v0 v0\n"),
        PollingLoop("v1", "AddInt v8 1", "BranchInt less-equal v12 v2",
                    "  CheckClass v0 #12 [@8 v0 v8]\n"
                    "  v9 = CopyArray v0 [@8 v0 v8]\n  v10 = CallSite v9 [@8 v0 v8]\n")}) {
    EXPECT_EQ(After(PollSeldom, graph), "\n" + graph);
  }
}

}  // namespace
}  // namespace som::jit
