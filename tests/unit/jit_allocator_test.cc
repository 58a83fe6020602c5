// Register allocation on textual graphs with a machine of few registers, checked by the allocation
// verifier; and the verifier itself, on allocations that are damaged one place at a time.
#include <gmock/gmock.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/unit/jit_graph_fixture.h"
#include "vm/jit/allocation_verifier.h"
#include "vm/jit/ordering.h"
#include "vm/jit/register_allocator.h"
#include "vm/jit/x64/constraints.h"

namespace som::jit {
namespace {

using ::testing::HasSubstr;
using x64::ConstraintsOf;

// Divisions overwrite 0 and 2, shifts 1: the fewest that every operation gets along with.
constexpr RegisterSet kFew{0b11111, 0b11};
constexpr RegisterSet kMany{0b0111'1011'1100'1111, 0xFFFF};

void ExpectRight(Graph& graph, RegisterSet registers, const Allocation& allocation) {
  EXPECT_EQ(VerifyAllocation(graph, allocation, ConstraintsOf), "")
      << GraphText(graph) << AllocationText(graph, allocation);
  for (const Allocation::AtNode& at : allocation.nodes) {
    const uint32_t allowed = at.result.kind == Place::Kind::kRegister ? registers.general
                             : at.result.kind == Place::Kind::kXmm    ? registers.floating
                                                                      : ~0U;
    EXPECT_TRUE(at.result.index < 0 || at.result.index > 31 ||
                (allowed >> at.result.index & 1) != 0);
  }
}

Allocation AllocateAndCheck(Graph& graph, RegisterSet registers) {
  Allocation allocation = AllocateRegisters(graph, registers, ConstraintsOf);
  ExpectRight(graph, registers, allocation);
  return allocation;
}

constexpr std::string_view kLoop = R"(graph extent=9
b0:
  v0 = FrameWord #-1
  v1 = FrameWord #2
  Jump b1
b1: loop from b0 b2 depth=1
  v5 = Phi 0 v8 : int
  v6 = Phi v1 v5
  BranchInt less v5 v0 b2 b3
b2: from b1 depth=1
  v8 = AddInt v5 1 : int [@9 v0 v5 v6]
  Jump b1
b3: from b1
  v9 = AndInt v6 v5
  Return v9
)";

TEST(RegisterAllocator, LoopVariablesStayInRegisters) {
  const auto graph = GraphOf(kLoop);
  const Allocation allocation = AllocateAndCheck(*graph, kMany);
  EXPECT_EQ(allocation.slot_words, 0);
  EXPECT_EQ(allocation.nodes[8].result.kind, Place::Kind::kRegister);
}

TEST(RegisterAllocator, SwapsPhisInParallel) {
  const auto graph = GraphOf(R"(graph extent=9
b0:
  v0 = FrameWord #0
  v1 = FrameWord #1
  Jump b1
b1: loop from b0 b2 depth=1
  v3 = Phi v0 v4
  v4 = Phi v1 v3
  BranchSame v3 nil b3 b2
b2: from b1 depth=1
  Jump b1
b3: from b1
  Return v4
)");
  AllocateAndCheck(*graph, kMany);
  AllocateAndCheck(*graph, kFew);
}

TEST(RegisterAllocator, NothingSurvivesACallInARegister) {
  const auto graph = GraphOf(R"(graph extent=9
b0:
  v0 = FrameWord #0
  v1 = LoadField v0 #8
  v2 = Unbox v1
  v3 = CallMethod v0 v1 &10 [@1 v0 v1]
  v4 = AddDouble v2 v2
  v5 = Box v4 [@2 v3]
  v6 = AndInt v1 v5
  Return v6
)");
  const Allocation allocation = AllocateAndCheck(*graph, kMany);
  EXPECT_EQ(allocation.double_words, 1);
  for (const LiveValue& live : allocation.live_tagged[3])
    EXPECT_EQ(live.place.kind, Place::Kind::kSlot);
}

TEST(RegisterAllocator, SpillsWhenRegistersRunOut) {
  std::string text = "graph extent=9\nb0:\n  v0 = FrameWord #0\n";
  for (int i = 1; i <= 20; ++i) absl::StrAppend(&text, "  v", i, " = LoadField v0 #", 8 * i, "\n");
  for (int i = 21; i <= 40; ++i)
    absl::StrAppend(&text, "  v", i, " = AndInt v", i - 1, " v", 41 - i, "\n");
  text += "  Return v40\n";
  const auto graph = GraphOf(text);
  EXPECT_GT(AllocateAndCheck(*graph, kFew).slot_words, 5);
}

TEST(RegisterAllocator, KeepsOperandsOutOfRegistersThatADivisionOverwrites) {
  const auto graph = GraphOf(R"(graph extent=9
b0:
  v0 = FrameWord #0
  v1 = LoadField v0 #8
  v2 = LoadField v0 #16
  v3 = DivideInt v1 v2 [@1 v1 v2]
  v4 = ShiftLeftInt v3 v2 [@2 v1 v3]
  v5 = ModuloInt v4 v1 [@3 v1 v3]
  v6 = AndInt v5 v2
  Return v6
)");
  AllocateAndCheck(*graph, kMany);
  AllocateAndCheck(*graph, kFew);
}

// Values that a loop only keeps alive give up their registers in front of it: the end of a round
// would have to load them again.
TEST(RegisterAllocator, GivesUpRegistersInFrontOfLoops) {
  const auto graph = GraphOf(R"(graph extent=9
b0:
  v0 = FrameWord #0
  v1 = LoadField v0 #8
  v2 = LoadField v0 #16
  v3 = LoadField v0 #24
  v4 = LoadField v0 #32
  Jump b1
b1: loop from b0 b2 depth=1
  v6 = Phi v4 v11
  v7 = AndInt v6 v6
  v8 = OrInt v7 v6
  v9 = XorInt v8 v7
  v10 = OrInt v9 v6
  v11 = AndInt v10 v8
  BranchSame v11 v9 b3 b2
b2: from b1 depth=1
  Jump b1
b3: from b1
  v14 = AndInt v1 v2
  v15 = AndInt v14 v3
  v16 = AndInt v15 v11
  Return v16
)");
  const Allocation allocation = AllocateAndCheck(*graph, kFew);
  EXPECT_THAT(allocation.moves_at_end[2],
              ::testing::Each(::testing::Field(
                  &Move::from, ::testing::Field(&Place::kind, Place::Kind::kRegister))));
}

// A graph of branches, loops, calls and allocations, always the same for a seed.
class RandomGraph {
 public:
  explicit RandomGraph(uint32_t seed) : random_(seed) {}

  std::unique_ptr<Graph> Make() {
    auto graph = std::make_unique<Graph>();
    graph_ = graph.get();
    graph_->extent_words = 10;
    block_ = graph_->NewBlock();
    for (int i = 0; i < 4; ++i) Add(IrOp::kFrameWord, {})->imm = i;
    for (int i = 0; i < 3; ++i) doubles_.push_back(Add(IrOp::kUnbox, {Pick()}));
    Body(3);
    Add(IrOp::kReturn, {Pick()});
    OrderBlocks(*graph_);
    return graph;
  }

 private:
  uint32_t Below(size_t n) { return static_cast<uint32_t>(random_()) % static_cast<uint32_t>(n); }
  Node* Pick() { return values_[Below(values_.size())]; }
  Node* PickDouble() { return doubles_[Below(doubles_.size())]; }

  Node* Add(IrOp op, absl::Span<Node* const> inputs) {
    Node* node = graph_->NewNode(op, inputs);
    if (node->Has(ir_effect::kExits | ir_effect::kCalls | ir_effect::kAllocates)) {
      node->state = graph_->NewState();
      for (int i = 0; i < 5; ++i)
        node->state->values.push_back(Below(6) == 0 ? PickDouble() : Pick());
    }
    Graph::Append(block_, node);
    if (node->rep == IrRep::kTagged) values_.push_back(node);
    return node;
  }

  void Link(Block* from, Block* to) {
    from->successors.push_back(to);
    to->predecessors.push_back(from);
  }

  void Body(int depth) {
    for (uint32_t n = 2 + Below(8); n > 0; --n) {
      switch (Below(depth > 0 ? 13 : 11)) {
        case 0:
          Add(IrOp::kCallMethod, {Pick(), Pick(), Pick()});
          break;
        case 1:
          Add(IrOp::kNewInstance, {Pick(), Pick()});
          break;
        case 2:
          Add(IrOp::kDivideInt, {Pick(), Pick()});
          break;
        case 3:
          Add(IrOp::kShiftLeftInt, {Pick(), Pick()});
          break;
        case 4:
          Add(IrOp::kStoreElement, {Pick(), Pick(), Pick()});
          break;
        case 5:
          doubles_.push_back(Add(IrOp::kMultiplyDouble, {PickDouble(), PickDouble()}));
          break;
        case 6:
          Add(IrOp::kBox, {PickDouble()});
          break;
        case 7:
          Add(IrOp::kStringsEqual, {Pick(), Pick()});
          break;
        case 8:
          Add(IrOp::kCheckClass, {Pick()});
          break;
        case 9:
        case 10:
          Add(IrOp::kAddInt, {Pick(), Pick()});
          break;
        case 11:
          Branch(depth - 1);
          break;
        default:
          Loop(depth - 1);
      }
    }
  }

  void Branch(int depth) {
    Add(IrOp::kBranchIsInt, {Pick()});
    Block* from = block_;
    const auto values = values_;
    const auto doubles = doubles_;
    Block* ends[2];
    Node* last[2];
    for (int side = 0; side < 2; ++side) {
      values_ = values;
      doubles_ = doubles;
      block_ = graph_->NewBlock();
      Link(from, block_);
      Body(depth);
      last[side] = Pick();
      Add(IrOp::kJump, {});
      ends[side] = block_;
    }
    values_ = values;
    doubles_ = doubles;
    block_ = graph_->NewBlock();
    for (Block* end : ends) Link(end, block_);
    Phi({last[0], last[1]});
  }

  Node* Phi(absl::Span<Node* const> inputs) {
    Node* phi = graph_->NewNode(IrOp::kPhi, inputs);
    phi->rep = inputs[0]->rep;
    phi->block = block_;
    block_->phis.push_back(phi);
    (phi->rep == IrRep::kDouble ? doubles_ : values_).push_back(phi);
    return phi;
  }

  void Loop(int depth) {
    Add(IrOp::kJump, {});
    Node* const entries[] = {Pick(), Pick(), Pick(), PickDouble()};
    Block* header = graph_->NewBlock();
    Link(block_, header);
    block_ = header;
    std::vector<Node*> phis;
    for (Node* entry : entries) phis.push_back(Phi({entry}));
    const auto values = values_;
    const auto doubles = doubles_;
    Add(IrOp::kBranchIsInt, {Pick()});
    block_ = graph_->NewBlock();
    Link(header, block_);
    Body(depth);
    for (Node* phi : phis)
      phi->inputs.push_back(phi->rep == IrRep::kDouble ? PickDouble() : Pick());
    Add(IrOp::kJump, {});
    Link(block_, header);
    values_ = values;
    doubles_ = doubles;
    block_ = graph_->NewBlock();
    Link(header, block_);
  }

  std::mt19937 random_;
  Graph* graph_ = nullptr;
  Block* block_ = nullptr;
  std::vector<Node*> values_;
  std::vector<Node*> doubles_;
};

TEST(RegisterAllocator, IsRightForRandomGraphs) {
  for (uint32_t seed = 0; seed < 500; ++seed) {
    SCOPED_TRACE(seed);
    const auto graph = RandomGraph(seed).Make();
    ASSERT_EQ(VerifyGraph(*graph), "") << GraphText(*graph);
    AllocateAndCheck(*graph, kFew);
    AllocateAndCheck(*graph, kMany);
    if (HasFailure()) break;
  }
}

// Damages that change what the code would do. Each must be noticed.
TEST(AllocationVerifier, NoticesEveryInputInTheWrongRegister) {
  const auto graph = RandomGraph(7).Make();
  const Allocation right = AllocateRegisters(*graph, kFew, ConstraintsOf);
  size_t damaged = 0;
  for (size_t id = 0; id < right.nodes.size(); ++id) {
    for (size_t input = 0; input < right.nodes[id].inputs.size(); ++input) {
      if (right.nodes[id].inputs[input].kind != Place::Kind::kRegister) continue;
      Allocation wrong = right;
      wrong.nodes[id].inputs[input].index = 15;
      EXPECT_THAT(VerifyAllocation(*graph, wrong, ConstraintsOf), HasSubstr("looks for"));
      ++damaged;
    }
  }
  EXPECT_GT(damaged, 10U);
}

TEST(AllocationVerifier, NoticesEveryMissingMoveAndEveryUnlistedValue) {
  const auto graph = GraphOf(R"(graph extent=9
b0:
  v0 = FrameWord #0
  v1 = LoadField v0 #8
  v2 = CallMethod v1 v0 &10 [@1 v0 v1]
  v3 = AndInt v1 v2
  Return v3
)");
  const Allocation right = AllocateRegisters(*graph, kFew, ConstraintsOf);
  ASSERT_EQ(VerifyAllocation(*graph, right, ConstraintsOf), "");
  size_t moves = 0;
  for (size_t id = 0; id < right.nodes.size(); ++id) {
    for (size_t m = 0; m < right.nodes[id].moves_before.size(); ++m) {
      Allocation wrong = right;
      auto& list = wrong.nodes[id].moves_before;
      list.erase(list.begin() + static_cast<ptrdiff_t>(m));
      EXPECT_NE(VerifyAllocation(*graph, wrong, ConstraintsOf), "");
      ++moves;
    }
  }
  EXPECT_GE(moves, 2U);
  Allocation wrong = right;
  ASSERT_FALSE(wrong.live_tagged[2].empty());
  wrong.live_tagged[2].clear();
  EXPECT_NE(VerifyAllocation(*graph, wrong, ConstraintsOf), "");
}

}  // namespace
}  // namespace som::jit
