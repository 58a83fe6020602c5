// Leaves out the write barrier of a store whose value is no pointer, because a check in front of it
// says so, and of a store into an object that was allocated just before: as long as nothing may
// have collected since, it is young.
//
//   CheckInt v3                                 CheckInt v3
//   StoreElement v1 v2 v3          becomes      StoreElement v1 v2 v3 !
//   v5 = NewInstance v3 nil                     v5 = NewInstance v3 nil
//   StoreField v5 v4 16                         StoreField v5 v4 16 !
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class Barriers {
 public:
  explicit Barriers(const Graph& graph) : graph_(graph), dominators_(graph) {
    fresh_.resize(graph.blocks().size());
  }

  // In order of numbers a block comes behind what dominates it.
  void Run() {
    for (const Block* block : graph_.blocks()) VisitBlock(block);
  }

 private:
  void VisitBlock(const Block* block) {
    std::set<const Node*>& fresh = fresh_[block->id];
    if (block->predecessors.size() == 1) fresh = fresh_[block->predecessors[0]->id];
    for (Node* node : block->nodes) {
      switch (node->op) {
        case IrOp::kCheckInt:
        case IrOp::kCheckDouble:
          checked_[node->inputs[0]].push_back(block);
          break;
        case IrOp::kStoreField:
        case IrOp::kStoreElement:
          node->flag = node->flag || fresh.contains(node->inputs[0]) ||
                       IsNoPointer(node->inputs.back(), block, kDepth);
          break;
        default:
          if (node->MayCollect()) fresh.clear();
          if (node->Has(ir_effect::kAllocates)) fresh.insert(node);
          break;
      }
    }
  }

  // Whether the value is known to be no young object wherever control reaches `block`.
  bool IsNoPointer(const Node* value, const Block* block, int depth) const {
    if (value->IsConstant() || value->type.NeedsNoBarrier()) return true;
    auto it = checked_.find(value);
    if (it != checked_.end() && dominators_.IsBehindAny(it->second, block)) return true;
    if (value->op != IrOp::kPhi || depth == 0) return false;
    for (size_t i = 0; i < value->inputs.size(); ++i) {
      const Block* source = value->block->predecessors[i];
      if (source->id >= value->block->id) return false;  // of a loop, not visited yet
      if (!IsNoPointer(value->inputs[i], source, depth - 1)) return false;
    }
    return true;
  }

  static constexpr int kDepth = 4;  // of phis that are looked through

  const Graph& graph_;
  Dominators dominators_;
  absl::flat_hash_map<const Node*, std::vector<const Block*>> checked_;
  std::vector<std::set<const Node*>> fresh_;  // at the end of each block, by its id
};

}  // namespace

void DropBarriers(Graph& graph) { Barriers(graph).Run(); }

}  // namespace som::jit
