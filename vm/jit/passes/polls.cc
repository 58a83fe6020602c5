// Asks for interrupts once in so many rounds of a short counted loop instead of in each. The loop
// counts to a limit of its own, a stretch ahead and never beyond the real one; behind it, out of
// the way, it asks, and sets out for the next stretch. (HotSpot calls this loop strip mining.)
//
//                                                 v9 = MinInt v3 1025
//   b1: from b0                                 b1: from b0
//     Jump b2                                     Jump b2
//   b2: loop from b1 b3                         b2: loop from b1 b3 b6
//     v5 = Phi 1 v7                               v5 = Phi 1 v7 v7
//                                   becomes       v10 = Phi v9 v10 v13
//     ...                                         ...
//     v7 = AddInt v5 1                            v7 = AddInt v5 1
//     BranchInt less-equal v7 v3 b3 b4            BranchInt less-equal v7 v10 b3 b5
//   b3: from b2                                 b3: from b2
//     CheckInterrupt @head                        Jump b2
//     Jump b2                                   b5: from b2
//                                                 BranchInt less-equal v7 v3 b6 b4
//                                               b6: from b5
//                                                 CheckInterrupt @head
//                                                 v12 = AddInt v7 1024 #1
//                                                 v13 = MinInt v3 v12
//                                                 Jump b2
//
// Only innermost loops without calls and other work of unknown length, and short ones: elsewhere
// the question costs little, and the stretch's end would take a register. Only where the checks in
// front of the loop leave room for a stretch behind its limit, so that no sum overflows. Runs
// behind all passes that look for the limit in the branch.
#include <algorithm>
#include <cstdlib>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/jit/loops.h"
#include "vm/jit/ordering.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

constexpr int64_t kRounds = 1024;     // of a stretch: some microseconds
constexpr size_t kLargestBody = 48;   // nodes
constexpr int64_t kLargestStep = 64;  // of a counter

// The checks of an integer's range.
using RangeChecks = absl::flat_hash_map<const Node*, std::vector<const Node*>>;

class PollMover {
 public:
  PollMover(Graph& graph, const Dominators& dominators, const KnownTypes& types,
            const RangeChecks& ranges, LoopInfo& loop)
      : graph_(graph), dominators_(dominators), types_(types), ranges_(ranges), loop_(loop) {}

  // Whether the graph has got new blocks.
  bool Run() {
    if (loop_.preheader == nullptr || loop_.latches.size() != 1 || loop_.calls || !IsShort())
      return false;
    Block* latch = loop_.latches[0];
    if (latch->nodes.size() != 2 || latch->nodes[0]->op != IrOp::kCheckInterrupt) return false;
    for (const Counter& counter : CountersOf(loop_)) {
      if (counter.step < -kLargestStep || counter.step > kLargestStep ||
          !types_.IsInt(counter.limit, loop_.preheader))
        continue;
      const bool is_one_stretch = IsOneStretch(counter);
      if (!is_one_stretch && !HasRoomBehind(counter.limit, counter.step > 0)) continue;
      Node* check = latch->nodes[0];
      latch->nodes.erase(latch->nodes.begin());
      if (is_one_stretch) return false;
      Split(counter, check);
      return true;
    }
    return false;
  }

 private:
  bool IsShort() const {
    size_t size = 0;
    for (const Block* block : loop_.body) {
      if (block->is_loop_header && block != loop_.header) return false;
      size += block->nodes.size();
      // The texts may be as long as the heap allows.
      for (const Node* node : block->nodes) {
        if (node->op == IrOp::kStringsEqual || node->op == IrOp::kNewArray) return false;
      }
    }
    return size <= kLargestBody;
  }

  // Whether the integer is so far from where integers end, upwards or downwards, that the sum with
  // a stretch of rounds is one.
  bool HasRoomBehind(const Node* node, bool up, int depth = kDepth) const {
    constexpr int64_t kRoom = kRounds * kLargestStep + (int64_t{1} << (kDepth + 31));
    auto fits = [up](int64_t end) {
      return up ? end <= Value::kMaxInt - kRoom : end >= Value::kMinInt + kRoom;
    };
    if (node->IsConstant()) return fits(node->ConstantValue().AsInt());
    if (node->op == IrOp::kLoadLength || node->op == IrOp::kLoadStringLength) return true;
    if ((node->op == IrOp::kAddInt || node->op == IrOp::kSubtractInt) && depth > 0 &&
        node->inputs[1]->IsConstant() &&
        std::abs(node->inputs[1]->ConstantValue().AsInt()) < int64_t{1} << 31 &&
        HasRoomBehind(node->inputs[0], up, depth - 1))
      return true;
    const auto checks = ranges_.find(node);
    return checks != ranges_.end() &&
           std::any_of(checks->second.begin(), checks->second.end(), [&](const Node* check) {
             return fits(up ? check->imm2 : check->imm) &&
                    dominators_.Dominates(check->block, loop_.preheader);
           });
  }

  static bool IsOneStretch(const Counter& counter) {
    if (!counter.first->IsConstant() || !counter.limit->IsConstant()) return false;
    const int64_t way =
        counter.limit->ConstantValue().AsInt() - counter.first->ConstantValue().AsInt();
    return way / counter.step < kRounds;
  }

  void Split(const Counter& counter, Node* check) {
    Block* header = loop_.header;
    Block* source = loop_.latches[0]->predecessors[0];
    Node* branch = source->terminator();
    const size_t out = source->successors[0] == loop_.latches[0] ? 1 : 0;

    Node* end = graph_.NewNode(IrOp::kPhi, {});
    end->rep = IrRep::kTagged;
    end->type = Type::Int();
    end->block = header;
    Block* behind = graph_.NewBlock();  // the stretch
    Block* again = graph_.NewBlock();
    Graph::Append(behind, graph_.NewNode(IrOp::kBranchInt, branch->inputs));
    behind->terminator()->imm = branch->imm;
    Graph::Append(again, check);
    Node* next_end = EndFrom(counter, counter.next, again);
    Graph::Append(again, graph_.NewNode(IrOp::kJump, {}));

    for (const Block* predecessor : header->predecessors)
      end->inputs.push_back(predecessor == loop_.preheader ? FirstEnd(counter) : end);
    const size_t back = header->predecessors[0] == loop_.latches[0] ? 0 : 1;
    for (Node* phi : header->phis) phi->inputs.push_back(phi->inputs[back]);
    end->inputs.push_back(next_end);
    header->phis.push_back(end);
    header->predecessors.push_back(again);

    std::replace(branch->inputs.begin(), branch->inputs.end(), counter.limit, end);
    Block* exit = source->successors[out];
    source->successors[out] = behind;
    behind->predecessors = {source};
    behind->successors = {again, again};
    behind->successors[out] = exit;
    std::replace(exit->predecessors.begin(), exit->predecessors.end(), source, behind);
    again->predecessors = {behind};
    again->successors = {header};
    for (Block* block : {behind, again}) block->loop_depth = header->loop_depth;
  }

  // The end of the first stretch, in front of the loop; the first round, if that may begin
  // anywhere.
  Node* FirstEnd(const Counter& counter) {
    Block* block = loop_.preheader;
    Node* jump = block->terminator();
    block->nodes.pop_back();
    Node* end = counter.first;
    if (counter.first->IsConstant()) {
      const int64_t sum = counter.first->ConstantValue().AsInt() + counter.step * kRounds;
      if (Value::FitsInt(sum)) end = Nearer(counter, Constant(sum), block);
    } else if (HasRoomBehind(counter.first, counter.step > 0)) {
      end = EndFrom(counter, counter.first, block);
    }
    block->nodes.push_back(jump);
    return end;
  }

  // `from` is not beyond a value that has room behind it.
  Node* EndFrom(const Counter& counter, Node* from, Block* block) {
    Node* sum = graph_.NewNode(IrOp::kAddInt, {from, Constant(counter.step * kRounds)});
    sum->type = Type::Int();
    sum->imm = 1;
    Graph::Append(block, sum);
    return Nearer(counter, sum, block);
  }

  Node* Nearer(const Counter& counter, Node* end, Block* block) {
    Node* nearer =
        graph_.NewNode(counter.step > 0 ? IrOp::kMinInt : IrOp::kMaxInt, {counter.limit, end});
    nearer->type = Type::Int();
    Graph::Append(block, nearer);
    return nearer;
  }

  Node* Constant(int64_t number) {
    Node* node = graph_.NewNode(IrOp::kConstant, {});
    const Value value = Value::Int(number);
    node->imm = static_cast<int64_t>(value.bits());
    node->type = Type::Of(value);
    node->block = graph_.blocks()[0];
    return node;
  }

  static constexpr int kDepth = 3;  // of sums that are looked through

  Graph& graph_;
  const Dominators& dominators_;
  const KnownTypes& types_;
  const RangeChecks& ranges_;
  LoopInfo& loop_;
};

}  // namespace

void PollSeldom(Graph& graph) {
  const Dominators dominators(graph);
  const KnownTypes types(graph, dominators);
  RangeChecks ranges;
  for (const Block* block : graph.blocks()) {
    for (const Node* node : block->nodes) {
      if (node->op == IrOp::kCheckRange) ranges[node->inputs[0]].push_back(node);
    }
  }
  bool changed = false;
  for (LoopInfo& loop : FindLoops(graph))
    changed = PollMover(graph, dominators, types, ranges, loop).Run() || changed;
  if (changed) OrderBlocks(graph);
}

}  // namespace som::jit
