// Drops values that nobody uses: no node, and no frame state that is still there. Checks, stores
// and calls stay; loads, arithmetic and allocations do not. Arithmetic that may leave goes too: the
// value that overflowed would not have been looked at either.
//
//   v4 = LoadField v1 8                         -
//   v5 = AddInt v4 v2                becomes    -
//   Return v1                                   Return v1
#include <vector>

#include "vm/jit/passes.h"

namespace som::jit {

namespace {

bool IsRemovable(const Node* node) {
  using namespace ir_effect;  // NOLINT: the words of ir.def
  if (node->Has(kWrites | kCalls | kEnds)) return false;
  if (node->rep == IrRep::kNone) return false;
  switch (node->op) {
    // A program notices the error: unbound globals, divisors of zero, impossible distances, NaN.
    case IrOp::kDivideInt:
    case IrOp::kModuloInt:
    case IrOp::kRemainderInt:
    case IrOp::kShiftLeftInt:
    case IrOp::kShiftRightInt:
      return !node->MayExit();
    case IrOp::kLoadGlobal:
    case IrOp::kDoubleToInt:
    case IrOp::kFrameWord:
      return false;
    default:
      return true;
  }
}

}  // namespace

void DropDeadCode(Graph& graph) {
  std::vector<bool> used(graph.node_count(), false);
  std::vector<Node*> work;
  auto use = [&](Node* node) {
    if (used[node->id]) return;
    used[node->id] = true;
    work.push_back(node);
  };
  for (Block* block : graph.blocks()) {
    for (Node* node : block->nodes) {
      if (!IsRemovable(node)) use(node);
    }
  }
  while (!work.empty()) {
    Node* node = work.back();
    work.pop_back();
    for (Node* input : node->inputs) use(input);
    // A jump's state is a place for hoisted checks only.
    if (node->op != IrOp::kJump) ForEachStateValue(node->state, [&](Node*& value) { use(value); });
  }
  for (Block* block : graph.blocks()) {
    auto unused = [&](const Node* node) { return !used[node->id]; };
    std::erase_if(block->phis, unused);
    std::erase_if(block->nodes, unused);
  }
}

}  // namespace som::jit
