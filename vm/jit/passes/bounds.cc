// Checks the bounds of an Array once in front of a counted loop instead of in each round. An index
// that is the loop's counter, with values from outside added to it or taken from it, moves in one
// direction: if it is within bounds for the first and for the last value of the counter, it is for
// those in between.
//
//   b1: from b0                                 b1: from b0
//     Jump @head                                  CheckBounds 1 v2 @head
//                                                 CheckBounds v3 v2 @head
//                                                 Jump @head
//   b2: loop header, from b1 b3                 b2: loop header, from b1 b3
//     v5 = Phi 1 v7                               v5 = Phi 1 v7
//     CheckBounds v5 v2             becomes       v6 = LoadElement v1 v5
//     v6 = LoadElement v1 v5                      v7 = AddInt v5 1
//     v7 = AddInt v5 1                            BranchInt less-equal v7 v3 b3 b4
//     BranchInt less-equal v7 v3 b3 b4
//   b3: from b2                                 b3: from b2
//     Jump b2                                     Jump b2
//
// Only loops that test at their end, so that a body that is never entered is no reason to leave. A
// loop that would have ended early may leave for the sake of an index that it never reaches; the
// code is then made again without anything in front of this loop. Runs behind the hoisting of
// lengths and limits.
#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

class BoundsMover {
 public:
  BoundsMover(Graph& graph, const Dominators& dominators, LoopInfo& loop, const KnownTypes& types,
              std::set<const Node*>* moved)
      : graph_(graph), dominators_(dominators), loop_(loop), types_(types), moved_(*moved) {}

  void Run() {
    if (loop_.preheader == nullptr || loop_.latches.size() != 1) return;
    Node* jump = loop_.preheader->terminator();
    if (jump->op != IrOp::kJump || jump->state == nullptr) return;
    counters_ = CountersOf(loop_);
    std::erase_if(counters_, [&](const Counter& c) { return !IsKnownInt(c.limit); });
    if (counters_.empty()) return;
    state_ = jump->state;
    for (Block* block : loop_.body) {
      if (block->is_cold || !dominators_.Dominates(block, loop_.latches[0])) continue;
      std::erase_if(block->nodes, [&](Node* node) { return Move(node); });
    }
    std::vector<Node*>& nodes = loop_.preheader->nodes;
    nodes.insert(nodes.end() - 1, made_.begin(), made_.end());
  }

 private:
  bool IsOutside(const Node* node) const { return !loop_.Contains(node->block); }

  bool IsKnownInt(const Node* node) const { return types_.IsInt(node, loop_.preheader); }

  bool Move(Node* check) {
    if (check->op != IrOp::kCheckBounds || !IsOutside(check->inputs[1])) return false;
    Node* index = check->inputs[0];
    const auto counter = std::find_if(counters_.begin(), counters_.end(),
                                      [&](const Counter& c) { return Follows(index, c, kDepth); });
    if (counter == counters_.end()) return false;
    CheckInFront(ValueAt(index, *counter, counter->first), check->inputs[1]);
    CheckInFront(ValueAt(index, *counter, counter->limit), check->inputs[1]);
    NeverOverflows(index, *counter);
    moved_.insert(check);
    return true;
  }

  // Whether the value moves in one direction as the counter does.
  bool Follows(const Node* value, const Counter& counter, int depth) const {
    if (value == counter.phi) return true;
    if (depth == 0 || IsOutside(value) ||
        (value->op != IrOp::kAddInt && value->op != IrOp::kSubtractInt))
      return false;
    for (const size_t side : {size_t{0}, size_t{1}}) {
      const Node* other = value->inputs[1 - side];
      if (IsOutside(other) && IsKnownInt(other) && Follows(value->inputs[side], counter, depth - 1))
        return true;
    }
    return false;
  }

  // The same computed in front of the loop for one value of the counter.
  Node* ValueAt(Node* value, const Counter& counter, Node* at) {
    if (value == counter.phi) return at;
    if (IsOutside(value)) return value;
    Node*& made = values_[{value, at}];
    if (made == nullptr) {
      Node* a = ValueAt(value->inputs[0], counter, at);
      Node* b = ValueAt(value->inputs[1], counter, at);
      made = Make(value->op, a, b);
      made->type = value->type;
    }
    return made;
  }

  void CheckInFront(Node* index, Node* length) {
    Node*& made = values_[{index, length}];
    if (made == nullptr) made = Make(IrOp::kCheckBounds, index, length);
  }

  Node* Make(IrOp op, Node* a, Node* b) {
    Node* node = graph_.NewNode(op, {a, b});
    node->block = loop_.preheader;
    node->state = state_;
    made_.push_back(node);
    return node;
  }

  // Where neither the first nor the last value overflows, none in between does.
  void NeverOverflows(Node* value, const Counter& counter) {
    if (value == counter.phi || IsOutside(value)) return;
    value->imm = 1;
    value->state = nullptr;
    for (Node* input : value->inputs) NeverOverflows(input, counter);
  }

  static constexpr int kDepth = 4;  // of sums that are looked through

  Graph& graph_;
  const Dominators& dominators_;
  LoopInfo& loop_;
  const KnownTypes& types_;
  FrameState* state_ = nullptr;
  std::vector<Counter> counters_;
  std::set<const Node*>& moved_;  // checks that are gone
  std::vector<Node*> made_;       // in front of the loop
  // Values by what they are and the counter's value, checks by index and length.
  std::map<std::pair<const Node*, const Node*>, Node*> values_;
};

}  // namespace

void CheckBoundsOnce(Graph& graph) {
  const Dominators dominators(graph);
  const KnownTypes types(graph, dominators);
  std::set<const Node*> moved;
  for (LoopInfo& loop : FindLoops(graph)) BoundsMover(graph, dominators, loop, types, &moved).Run();
  // What one of them was the guard of is behind those in front of the loop by way of the index.
  for (const Block* block : graph.blocks()) {
    for (Node* node : block->nodes) {
      if (node->guard != nullptr && moved.contains(node->guard))
        node->guard = node->guard->inputs[0];
    }
  }
}

}  // namespace som::jit
