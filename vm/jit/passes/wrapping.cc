// Leaves out the check of overflow where nobody looks at more than the lower bits of the result: of
// additions, differences, products and shifts to the left that only lead to an `&` with a constant
// that is not negative. Integers are kept modulo 2^62, which has all bits of such a constant.
//
//   v3 = MultiplyInt v1 1103515245 [@4 ..]      v3 = MultiplyInt v1 1103515245 #2
//   v4 = AddInt v3 12345 [@7 ..]        becomes v4 = AddInt v3 12345 #2
//   v5 = AndInt v4 2147483647                   v5 = AndInt v4 2147483647
//
// A frame state that has such a result keeps it exact, unless it is the state of another one that
// goes with its check.
#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class Wrapping {
 public:
  explicit Wrapping(const Graph& graph) : graph_(graph) {}

  void Run() {
    FindMasks();
    if (masks_.empty()) return;
    FindUses();
    while (DropSeen()) {
    }
    for (Node* node : wrapped_) {
      if (!node->MayExit()) continue;
      node->imm = kWraps;
      node->state = nullptr;
    }
  }

 private:
  static bool IsMask(const Node* node) {
    if (node->op != IrOp::kAndInt) return false;
    for (const Node* input : node->inputs) {
      if (input->IsConstant() && input->ConstantValue().IsInt() &&
          input->ConstantValue().AsInt() >= 0)
        return true;
    }
    return false;
  }

  // Whether the lower bits of its result depend on those of its inputs alone.
  static bool MayWrap(const Node* node) {
    switch (node->op) {
      case IrOp::kAddInt:
      case IrOp::kSubtractInt:
      case IrOp::kMultiplyInt:
      case IrOp::kAndInt:
      case IrOp::kOrInt:
      case IrOp::kXorInt:
        return true;
      case IrOp::kShiftLeftInt: {
        const Node* distance = node->inputs[1];
        return distance->IsConstant() && distance->ConstantValue().IsInt() &&
               distance->ConstantValue().AsInt() >= 0 && distance->ConstantValue().AsInt() <= 61;
      }
      default:
        return false;
    }
  }

  void FindMasks() {
    for (const Block* block : graph_.blocks()) {
      for (Node* node : block->nodes) {
        if (IsMask(node)) masks_.insert(node);
      }
    }
  }

  void FindUses() {
    for (const Block* block : graph_.blocks()) {
      for (Node* node : block->phis) AddUses(node);
      for (Node* node : block->nodes) AddUses(node);
    }
  }

  void AddUses(Node* node) {
    if (MayWrap(node)) wrapped_.insert(node);
    for (const Node* input : node->inputs) users_[input].push_back(node);
    ForEachStateValue(node->state, [&](Node*& value) { users_[value].push_back(node); });
  }

  // Removes what somebody looks at whole. False: there is nothing.
  bool DropSeen() {
    return absl::erase_if(wrapped_, [this](const Node* node) {
             const auto& users = users_[node];
             return !std::all_of(users.begin(), users.end(), [this](Node* user) {
               return masks_.contains(user) || wrapped_.contains(user);
             });
           }) != 0;
  }

  const Graph& graph_;
  absl::flat_hash_set<Node*> masks_;
  absl::flat_hash_set<Node*> wrapped_;
  absl::flat_hash_map<const Node*, std::vector<Node*>> users_;
};

}  // namespace

void WrapMasked(Graph& graph) { Wrapping(graph).Run(); }

}  // namespace som::jit
