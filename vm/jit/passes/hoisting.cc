// Moves what does not change in a loop in front of it: values, loads of memory that the loop does
// not write, and checks. A check that fails out there leaves to the head of the loop, where the
// interpreter goes through it step by step.
//
//   b1: from b0                                 b1: from b0
//     Jump @head                                  CheckClass v1 12 @head
//   b2: loop header, from b1 b3                   v4 = LoadLength v1
//     v3 = Phi v2 v7                              Jump @head
//     CheckClass v1 12              becomes     b2: loop header, from b1 b3
//     v4 = LoadLength v1                          v3 = Phi v2 v7
//     CheckBounds v3 v4                           CheckBounds v3 v4
//
// Arithmetic of small integers moves only to where its operands are known to be such, even if it
// cannot leave: what it makes of a pointer may look like another one, to the collector.
#include <algorithm>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class Hoister {
 public:
  Hoister(const Graph& graph, const Dominators& dominators, LoopInfo& loop)
      : dominators_(dominators), loop_(loop), known_ints_(graph, dominators) {}

  void Run() {
    Node* jump = loop_.preheader->terminator();
    std::vector<Node*> moved;
    for (Block* block : loop_.body) {
      if (block->is_cold) continue;
      const bool always =
          std::all_of(loop_.latches.begin(), loop_.latches.end(),
                      [&](const Block* latch) { return dominators_.Dominates(block, latch); });
      std::erase_if(block->nodes, [&](Node* node) {
        if (!IsInvariant(node)) return false;
        if (node->MayExit()) {
          if (!always || jump->state == nullptr) return false;
          node->state = jump->state;
        }
        node->block = loop_.preheader;
        moved.push_back(node);
        if (node->op == IrOp::kCheckInt) checked_.insert(node->inputs[0]);
        return true;
      });
    }
    std::vector<Node*>& nodes = loop_.preheader->nodes;
    nodes.insert(nodes.end() - 1, moved.begin(), moved.end());
  }

 private:
  bool IsOutside(const Node* node) const { return !loop_.Contains(node->block); }

  bool IsInvariant(const Node* node) const {
    using namespace ir_effect;  // NOLINT: the words of ir.def
    if (node->Has(kWrites | kAllocates | kCalls | kEnds | kPinned)) return false;
    switch (node->op) {
      case IrOp::kConstant:
      case IrOp::kDoubleConstant:
      case IrOp::kCheckInterrupt:
      case IrOp::kHasOwnNilProtocol:  // calls, as far as registers are concerned
      case IrOp::kLoadClass:
      case IrOp::kCheckWord:  // its exit tells where closures differ
        return false;
      default:
        break;
    }
    if (node->Has(kReads) && (loop_.calls || loop_.written.contains(MemoryKeyOf(*node))))
      return false;
    if (node->guard != nullptr && !IsOutside(node->guard)) return false;
    const bool is_arithmetic = node->op >= IrOp::kAddInt && node->op <= IrOp::kAbsInt;
    if (is_arithmetic && !std::all_of(node->inputs.begin(), node->inputs.end(),
                                      [this](const Node* input) { return IsKnownInt(input); }))
      return false;
    return std::all_of(node->inputs.begin(), node->inputs.end(),
                       [this](const Node* input) { return IsOutside(input); });
  }

  bool IsKnownInt(const Node* node) const {
    return checked_.contains(node) || known_ints_.IsInt(node, loop_.preheader);
  }

  const Dominators& dominators_;
  LoopInfo& loop_;
  const KnownInts known_ints_;
  absl::flat_hash_set<const Node*> checked_;  // by checks that have moved in front of the loop
};

}  // namespace

void HoistInvariants(Graph& graph) {
  const Dominators dominators(graph);
  for (LoopInfo& loop : FindLoops(graph)) {
    if (loop.preheader != nullptr && loop.preheader->terminator()->op == IrOp::kJump)
      Hoister(graph, dominators, loop).Run();
  }
}

}  // namespace som::jit
