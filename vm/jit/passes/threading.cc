// Leads control past a question whose answer the way to it tells. Conditions that are built in,
// such as `and:` or a method that answers a Boolean, merge their answers only to be asked for them.
//
//   b2: from b1                                 b2: from b1
//     Jump b4                                     Jump b5
//   b3: from b1                                 b3: from b1
//     Jump b4                                     Jump b6
//   b4: from b2 b3                  becomes     -
//     v5 = Phi true v4                            -
//     BranchSame v5 true b5 b6                    -
//
// where v4 is false. A way whose value is not known still leads to the question. (Jump threading.)
#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/jit/ordering.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class Threading {
 public:
  explicit Threading(Graph& graph) : graph_(graph) {}

  // Answers whether the graph has changed.
  bool Run() {
    const std::vector<Block*>& blocks = graph_.blocks();
    if (std::none_of(blocks.begin(), blocks.end(), AsksForItsPhi)) return false;
    CountUses();
    bool changed = false;
    for (bool again = true; again;) {
      again = false;
      for (Block* block : graph_.blocks()) again = ThreadPast(block) || again;
      changed = changed || again;
    }
    return changed;
  }

 private:
  void CountUses() {
    auto use = [this](const Node* node) { ++uses_[node]; };
    for (Block* block : graph_.blocks()) {
      for (Node* phi : block->phis) {
        for (const Node* input : phi->inputs) use(input);
      }
      for (Node* node : block->nodes) {
        for (const Node* input : node->inputs) use(input);
        if (node->guard != nullptr) use(node->guard);
        ForEachStateValue(node->state, [&](Node*& value) { use(value); });
      }
    }
  }

  // The successor that the branch takes when its first input is `value`, or null if that is not
  // known.
  static Block* Taken(const Node& branch, const Node& value, const Block& block) {
    const Node& other = *branch.inputs[1];
    if (!value.IsConstant() || !other.IsConstant()) return nullptr;
    const bool same = value.imm == other.imm;
    const bool first = branch.op == IrOp::kBranchSame ||
                               static_cast<IrCondition>(branch.imm) == IrCondition::kEqual
                           ? same
                           : !same;
    return block.successors[first ? 0 : 1];
  }

  static bool IsQuestion(const Node& branch) {
    if (branch.op == IrOp::kBranchSame) return true;
    const auto condition = static_cast<IrCondition>(branch.imm);
    return branch.op == IrOp::kBranchInt &&
           (condition == IrCondition::kEqual || condition == IrCondition::kNotEqual);
  }

  // Whether the block is nothing but a question about the values that meet in it.
  static bool AsksForItsPhi(const Block* block) {
    return block->phis.size() == 1 && block->nodes.size() == 1 && !block->is_loop_header &&
           IsQuestion(*block->terminator()) && block->terminator()->inputs[0] == block->phis[0];
  }

  bool ThreadPast(Block* block) {
    if (!AsksForItsPhi(block)) return false;
    const Node* branch = block->terminator();
    const Node* phi = block->phis[0];
    if (uses_[phi] != 1) return false;
    bool changed = false;
    for (size_t p = block->predecessors.size(); p-- > 0;) {
      Block* from = block->predecessors[p];
      if (from->terminator()->op != IrOp::kJump) continue;
      Block* to = Taken(*branch, *phi->inputs[p], *block);
      // A way into a loop stays the only one, and phis would have to be told of the new one.
      if (to == nullptr || to == block || to->is_loop_header || !to->phis.empty()) continue;
      Redirect(from, block, p, to);
      changed = true;
    }
    return changed;
  }

  static void Redirect(Block* from, Block* block, size_t p, Block* to) {
    const auto place = static_cast<ptrdiff_t>(p);
    from->successors[0] = to;
    to->predecessors.push_back(from);
    block->predecessors.erase(block->predecessors.begin() + place);
    Node* phi = block->phis[0];
    phi->inputs.erase(phi->inputs.begin() + place);
  }

  Graph& graph_;
  absl::flat_hash_map<const Node*, int> uses_;
};

}  // namespace

void ThreadJumps(Graph& graph) {
  if (Threading(graph).Run()) OrderBlocks(graph);  // drops what nothing leads to any more
}

}  // namespace som::jit
