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
// What works on numbers moves only to where its operands are known to be such, even if it cannot
// leave: what arithmetic makes of a pointer may look like another one, to the collector. What reads
// objects moves no further than the check that it depends on.
#include <algorithm>
#include <vector>

#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class Hoister {
 public:
  Hoister(const Graph& graph, const Dominators& dominators, LoopInfo& loop)
      : dominators_(dominators), loop_(loop), types_(graph, dominators) {}

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
        types_.Learn(node, loop_.preheader);
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
    for (size_t i = 0; i < node->inputs.size(); ++i) {
      if (!IsOutside(node->inputs[i]) || !IsMet(NeedOf(*node, i), node->inputs[i])) return false;
    }
    return true;
  }

  // Whether the need is met in front of the loop, if it is one that no guard stands for.
  bool IsMet(IrNeed need, const Node* input) const {
    switch (need) {
      case IrNeed::kInt:
        return types_.Is(Type::Int(), input, loop_.preheader);
      case IrNeed::kDouble:
        return types_.Is(Type::Double(), input, loop_.preheader);
      case IrNeed::kBoolean:
        return types_.Is(Type::Boolean(), input, loop_.preheader);
      default:
        return true;
    }
  }

  const Dominators& dominators_;
  LoopInfo& loop_;
  KnownTypes types_;
};

}  // namespace

void HoistInvariants(Graph& graph) {
  std::vector<LoopInfo> loops = FindLoops(graph);
  if (loops.empty()) return;
  const Dominators dominators(graph);
  for (LoopInfo& loop : loops) {
    if (loop.preheader != nullptr) Hoister(graph, dominators, loop).Run();
  }
}

}  // namespace som::jit
