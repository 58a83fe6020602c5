// Drops phis whose inputs are all the same value, or the phi itself: variables that a loop or a
// branch could have changed, but did not.
//
//   b1: loop header, from b0 and b2            b1: loop header, from b0 and b2
//     v5 = Phi v1 v5                             -
//     v6 = Phi v2 v8                             v6 = Phi v2 v8
//     BranchInt less v6 v5            becomes    BranchInt less v6 v1
#include <algorithm>
#include <vector>

#include "vm/jit/passes.h"

namespace som::jit {

namespace {

// The value that the phi always is, or null.
Node* OnlyInput(const Node* phi) {
  Node* only = nullptr;
  for (Node* input : phi->inputs) {
    if (input == phi || input == only) continue;
    if (only != nullptr) return nullptr;
    only = input;
  }
  return only;
}

}  // namespace

void SimplifyPhis(Graph& graph) {
  std::vector<Node*> replacement(graph.node_count(), nullptr);
  auto resolve = [&](Node* node) {
    while (replacement[node->id] != nullptr) node = replacement[node->id];
    return node;
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (Block* block : graph.blocks()) {
      for (Node* phi : block->phis) {
        for (Node*& input : phi->inputs) input = resolve(input);
      }
      std::erase_if(block->phis, [&](Node* phi) {
        Node* only = OnlyInput(phi);
        if (only == nullptr || only->rep != phi->rep) return false;
        replacement[phi->id] = only;
        changed = true;
        return true;
      });
    }
  }
  for (Block* block : graph.blocks()) {
    for (Node* node : block->nodes) {
      for (Node*& input : node->inputs) input = resolve(input);
      if (node->guard != nullptr) node->guard = resolve(node->guard);
      ForEachStateValue(node->state, [&](Node*& value) { value = resolve(value); });
    }
  }
}

}  // namespace som::jit
