// Graphs written down and read back, messages for text that is none, and every rule of the
// verifier.
#include <gmock/gmock.h>

#include <tuple>

#include "tests/unit/jit_graph_fixture.h"

namespace som::jit {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kLoop = R"(graph extent=9 loop=4
b0:
  v0 = FrameWord #-1
  v1 = FrameWord #2 : class12
  v2 = CheckInt v0 [@4 v0 _ nil]
  Jump [@4 v0 v1 nil] b1
b1: loop from b0 b2 depth=1
  v5 = Phi 0 v8 : int
  v6 = Phi double 1.5d v9
  BranchInt less v5 v0 b2 b3
b2: from b1 depth=1
  v8 = AddInt v5 1 : int [@9 home v0 v5 | +7 @12 v1 x3 true ; x3 = NewClosure v0 nil x4 #7 /1 ; x4 = NewInstance v6 #99]
  v9 = AddDouble v6 bits7ff0000000000000d
  Jump b1
b3: from b1 cold
  StoreField v1 v5 #16 flag
  v13 = LoadField v1 #8 /2 &1f0 under v2
  v14 = Box v6 [@30 v13 -2.5 false]
  Return v14
)";

TEST(GraphText, IsReadBackAsItWasWritten) {
  std::string error;
  const auto graph = ParseGraph(kLoop, &error);
  ASSERT_NE(graph, nullptr) << error;
  EXPECT_EQ(GraphText(*graph), kLoop);
}

TEST(GraphText, NamesStandForAddresses) {
  std::string error;
  const auto graph = ParseGraph("b0:\n v1 = LoadGlobal &1f [@1]\n Return @abcd1\n", &error);
  ASSERT_NE(graph, nullptr) << error;
  GraphNames names;
  names.data = [](const Node&) { return std::string("Transcript"); };
  const std::string text = GraphText(*graph, names);
  EXPECT_THAT(text, HasSubstr("LoadGlobal &Transcript"));
  EXPECT_THAT(text, HasSubstr("Return @abcd1"));
}

class GraphErrors : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(GraphErrors, NameTheLine) {
  std::string error;
  EXPECT_EQ(ParseGraph(std::get<0>(GetParam()), &error), nullptr);
  EXPECT_EQ(error, std::get<1>(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    All, GraphErrors,
    testing::Values(
        std::tuple{"  Return nil\n", "line 1: an operation in front of the first block"},
        std::tuple{"b0:\n  Retrun nil\n", "line 2: there is no such operation"},
        std::tuple{"b1:\n  Return nil\n", "line 1: blocks are numbered in order: expected b0"},
        std::tuple{"b0:\n  Jump b7\n", "line 2: there is no b7"},
        std::tuple{"b0:\n  BranchInt 1 2 b0 b0\n", "line 2: expected a condition"},
        std::tuple{"b0:\n  v1 = FrameWord\n  v1 = FrameWord\n", "line 3: v1 is defined twice"},
        std::tuple{"b0:\n  Return nil nonsense\n", "line 2: 'nonsense' is not expected here"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Return v1\n", "v1 is defined nowhere"},
        std::tuple{"b0:\n  CheckInt 1 [v1]\n", "line 2: expected @ and the offset of a bytecode"},
        std::tuple{"b0:\n  CheckInt 1 [@1 what]\n", "line 2: 'what' is not expected in a state"},
        std::tuple{"b0:\n  v9999999 = FrameWord\n", "line 2: a value's number is too large"},
        std::tuple{"graph size=2\n", "line 1: expected extent= or loop="}));

class VerifierRules : public testing::TestWithParam<std::tuple<const char*, const char*>> {};

TEST_P(VerifierRules, AreFoundBroken) {
  std::string error;
  const auto graph = ParseGraph(std::get<0>(GetParam()), &error);
  ASSERT_NE(graph, nullptr) << error;
  EXPECT_EQ(VerifyGraph(*graph), std::get<1>(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    Blocks, VerifierRules,
    testing::Values(
        std::tuple{"b0:\n  v0 = FrameWord\n",
                   "b0 v0 FrameWord: the block does not end in a jump, branch or return"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Return v0 b1\nb1: from b0\n  Return v0\n",
                   "b0 v1 Return: the block has 1 successors"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Jump b1\nb1:\n  Return v0\n",
                   "b0 v1 Jump: b1 has 0 edges from here, not 1"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Return v0\nb1: from b0\n  Return v0\n",
                   "b1: b0 does not lead here"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Return v0\nb1:\n  Return v0\n",
                   "b1: nothing leads here"},
        std::tuple{"b0:\n  Jump b1\nb1: from b0 b1\n  Jump b1\n",
                   "b1: an edge leads back here, but it is no loop header"},
        std::tuple{"b0:\n  v0 = FrameWord\n  BranchIsInt v0 b1 b2\nb1: from b0\n  Jump b2\n"
                   "b2: from b0 b1\n  Return v0\n",
                   "b0 v1 BranchIsInt: the edge to b2 is critical"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Return v0\n  Return v0\n",
                   "b0 v1 Return: ends the block in its middle"}));

INSTANTIATE_TEST_SUITE_P(
    Values, VerifierRules,
    testing::Values(
        std::tuple{"b0:\n  v1 = AndInt v0 1\n  v0 = FrameWord\n  Return v1\n",
                   "b0 v1 AndInt: v0 is not defined here"},
        std::tuple{"b0:\n  v0 = FrameWord\n  BranchIsInt v0 b1 b2\n"
                   "b1: from b0\n  v3 = AndInt v0 1\n  Jump b3\nb2: from b0\n  Jump b3\n"
                   "b3: from b1 b2\n  Return v3\n",
                   "b3 v8 Return: v3 is not defined here"},
        std::tuple{"b0:\n  v0 = FrameWord\n  BranchIsInt v0 b1 b2\n"
                   "b1: from b0\n  v3 = AndInt v0 1\n  Jump b3\nb2: from b0\n  Jump b3\n"
                   "b3: from b1 b2\n  v4 = Phi v0 v3\n  Return v4\n",
                   "b3 v4 Phi: v3 is not defined at the end of b2"},
        std::tuple{"b0:\n  v0 = FrameWord\n  Jump b1\nb1: from b0\n  v2 = Phi v0 v0\n  Return v2\n",
                   "b1 v2 Phi: has 2 inputs for 1 predecessors"},
        std::tuple{"b0:\n  v0 = FrameWord\n  v1 = AndInt v0\n  Return v1\n",
                   "b0 v1 AndInt: has 1 inputs"},
        std::tuple{"b0:\n  v0 = FrameWord\n  v1 = AddDouble v0 1.5d\n  Return v0\n",
                   "b0 v1 AddDouble: v0 is no double"},
        std::tuple{"b0:\n  v0 = FrameWord\n  v1 = Unbox v0\n  Return v1\n",
                   "b0 v2 Return: v1 is not tagged"},
        std::tuple{
            "b0:\n  v0 = FrameWord\n  v2 = LoadField v0 #8 under v1\n  v1 = CheckInt v0 [@0]\n"
            "  Return v2\n",
            "b0 v2 LoadField: its guard v1 does not come before it"}));

INSTANTIATE_TEST_SUITE_P(
    States, VerifierRules,
    testing::Values(
        std::tuple{"b0:\n  v0 = FrameWord\n  CheckInt v0\n  Return v0\n",
                   "b0 v1 CheckInt: has no frame state"},
        std::tuple{
            "b0:\n  v0 = FrameWord\n  CheckInt v0 [@0 v1]\n  v1 = AndInt v0 1\n  Return v0\n",
            "b0 v2 CheckInt: v1 of its state is not defined here"},
        std::tuple{"b0:\n  v0 = FrameWord\n  CheckInt v0 [@0 x1]\n  Return v0\n",
                   "b0 v1 CheckInt: its state does not describe x1"},
        std::tuple{"b0:\n  v0 = FrameWord\n  CheckInt v0 [+5 @0 v0 | +2 @3 v0]\n  Return v0\n",
                   "b0 v1 CheckInt: an inlined activation stands beneath its caller"}));

}  // namespace
}  // namespace som::jit
