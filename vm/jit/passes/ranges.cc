// Leaves out checks that cannot fail: of overflow, of an Array's bounds, of divisors. What an
// integer can be follows from the operation, from comparisons and checks on the way to it, and for
// the variable of a loop from where it begins and the way in which it changes.
//
//   b1: loop from b0 b2                         b1: loop from b0 b2
//     v5 = Phi 1 v8                               v5 = Phi 1 v8
//     BranchInt less-equal v5 v4 b2 b3            BranchInt less-equal v5 v4 b2 b3
//   b2: from b1                     becomes     b2: from b1
//     CheckBounds v5 v4                           -
//     v7 = LoadElement v1 v5                      v7 = LoadElement v1 v5
//     v8 = AddInt v5 1                            v8 = AddInt v5 1 #1
//
// Runs when nothing is moved any more: what makes a check superfluous stands in front of it.
#include <algorithm>
#include <bit>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/jit/loops.h"
#include "vm/jit/passes.h"

namespace som::jit {

namespace {

constexpr int64_t kMost = Value::kMaxInt;
constexpr int64_t kLeast = Value::kMinInt;
constexpr int64_t kLongest = int64_t{1} << 40;  // elements that an Array can have
constexpr int kDepth = 5;                       // of operations that are looked through

// Small integers from `low` to `high`.
struct Range {
  int64_t low = kLeast;
  int64_t high = kMost;
  bool Excludes(int64_t i) const { return i < low || i > high; }
};

Range Meet(Range a, Range b) { return {std::max(a.low, b.low), std::min(a.high, b.high)}; }
Range Join(Range a, Range b) { return {std::min(a.low, b.low), std::max(a.high, b.high)}; }

// What the operation makes of operands in these ranges, were there no limit to integers.
__extension__ using Wide = __int128;
struct WideRange {
  Wide low;
  Wide high;
  bool Fits() const { return low >= kLeast && high <= kMost; }
  Range Clamped() const {
    return {static_cast<int64_t>(std::clamp<Wide>(low, kLeast, kMost)),
            static_cast<int64_t>(std::clamp<Wide>(high, kLeast, kMost))};
  }
};

WideRange ResultOf(IrOp op, Range a, Range b) {
  if (op == IrOp::kAddInt) return {Wide{a.low} + b.low, Wide{a.high} + b.high};
  if (op == IrOp::kSubtractInt) return {Wide{a.low} - b.high, Wide{a.high} - b.low};
  const Wide products[] = {Wide{a.low} * b.low, Wide{a.low} * b.high, Wide{a.high} * b.low,
                           Wide{a.high} * b.high};
  return {*std::min_element(std::begin(products), std::end(products)),
          *std::max_element(std::begin(products), std::end(products))};
}

// Distances that a shift takes.
bool IsDistance(Range range) { return range.low >= 0 && range.high <= 61; }

WideRange ShiftedLeft(Range a, Range distance) {
  auto times = [](int64_t value, int64_t by) { return Wide{value} * (Wide{1} << by); };
  return {std::min(times(a.low, distance.low), times(a.low, distance.high)),
          std::max(times(a.high, distance.low), times(a.high, distance.high))};
}

class RangeAnalysis {
 public:
  explicit RangeAnalysis(Graph& graph) : graph_(graph), dominators_(graph) {}

  // In order of numbers a block comes behind what dominates it. What is learnt in a loop is known
  // of the variables at its head, too: so everything is learnt first.
  void Run() {
    for (const Block* block : graph_.blocks()) {
      ++now_;
      LearnFromBranch(block);
      for (const Node* node : block->nodes) {
        ++now_;
        LearnFromCheck(node, block);
      }
    }
    now_ = 0;
    for (Block* block : graph_.blocks()) {
      ++now_;
      at_ = block;
      std::erase_if(block->nodes, [&](Node* node) {
        ++now_;
        return VisitNode(node, block);
      });
    }
    for (Block* block : graph_.blocks()) {
      for (Node* node : block->nodes) {
        // Of a check that is gone: the number that it looked at does as well.
        if (node->guard != nullptr && dropped_.contains(node->guard))
          node->guard = node->guard->inputs[0];
      }
    }
  }

 private:
  // Holds in its block from a place on, and wherever that block dominates.
  struct Fact {
    const Block* block;
    int place;
    Range range;
  };

  bool Applies(const Fact& fact, const Block* block) const {
    if (fact.block == at_ && fact.place >= now_) return false;
    return dominators_.Dominates(fact.block, block);
  }

  // --- What is known ---

  Range Of(const Node* node, const Block* block, int depth = kDepth) const {
    Range range = ByOperation(node, depth);
    auto it = facts_.find(node);
    if (it == facts_.end()) return range.low <= range.high ? range : Range{};
    for (const Fact& fact : it->second) {
      if (Applies(fact, block)) range = Meet(range, fact.range);
    }
    // Where control never gets, facts contradict each other.
    return range.low <= range.high ? range : Range{};
  }

  Range ByOperation(const Node* node, int depth) const {
    auto operand = [&](size_t i) { return Of(node->inputs[i], node->block, depth - 1); };
    switch (node->op) {
      case IrOp::kConstant: {
        const Value value = node->ConstantValue();
        return value.IsInt() ? Range{value.AsInt(), value.AsInt()} : Range{};
      }
      case IrOp::kLoadLength:
      case IrOp::kLoadStringLength:
        return {0, kLongest};
      case IrOp::kAbsInt:
        return {0, kMost};
      default:
        break;
    }
    if (depth == 0) return {};
    switch (node->op) {
      case IrOp::kAddInt:
      case IrOp::kSubtractInt:
      case IrOp::kMultiplyInt:
        return ResultOf(node->op, operand(0), operand(1)).Clamped();
      case IrOp::kAndInt: {
        const Range a = operand(0);
        const Range b = operand(1);
        if (a.low < 0 && b.low < 0) return {};
        return {0, a.low < 0 ? b.high : b.low < 0 ? a.high : std::min(a.high, b.high)};
      }
      case IrOp::kOrInt:
      case IrOp::kXorInt: {
        const Range a = operand(0);
        const Range b = operand(1);
        if (a.low < 0 || b.low < 0) return {};
        const auto bits = std::bit_width(static_cast<uint64_t>(a.high | b.high));
        return {0, (int64_t{1} << bits) - 1};
      }
      case IrOp::kShiftLeftInt: {
        const Range distance = operand(1);
        if (!IsDistance(distance)) return {};
        return ShiftedLeft(operand(0), distance).Clamped();
      }
      case IrOp::kShiftRightInt: {
        const Range a = operand(0);
        const Range distance = operand(1);
        return {0, IsDistance(distance) ? std::max<int64_t>(a.high, 0) >> distance.low : kMost};
      }
      case IrOp::kMinInt: {
        const Range a = operand(0);
        const Range b = operand(1);
        return {std::min(a.low, b.low), std::min(a.high, b.high)};
      }
      case IrOp::kMaxInt: {
        const Range a = operand(0);
        const Range b = operand(1);
        return {std::max(a.low, b.low), std::max(a.high, b.high)};
      }
      case IrOp::kModuloInt: {
        const Range divisor = operand(1);
        return divisor.low > 0 ? Range{0, divisor.high - 1} : Range{};
      }
      case IrOp::kRemainderInt: {
        const Range a = operand(0);
        const Range divisor = operand(1);
        if (divisor.low <= 0) return {};
        return {std::max<int64_t>(std::min<int64_t>(a.low, 0), 1 - divisor.high),
                std::min<int64_t>(std::max<int64_t>(a.high, 0), divisor.high - 1)};
      }
      case IrOp::kDivideInt: {
        const Range a = operand(0);
        const Range divisor = operand(1);
        if (divisor.low <= 0) return {};
        return {std::min<int64_t>(a.low / divisor.low, a.low / divisor.high),
                std::max<int64_t>(a.high / divisor.low, a.high / divisor.high)};
      }
      case IrOp::kPhi:
        return OfPhi(node, depth);
      default:
        return {};
    }
  }

  // The variable of a loop may only grow or only shrink from where it begins.
  Range OfPhi(const Node* phi, int depth) const {
    const Block* block = phi->block;
    Range entering{kMost, kLeast};
    Range all = entering;
    bool grows = true;
    bool shrinks = true;
    for (size_t i = 0; i < phi->inputs.size(); ++i) {
      if (phi->inputs[i] == phi) continue;
      const Block* source = block->predecessors[i];
      const Range input = Of(phi->inputs[i], source, depth - 1);
      all = Join(all, input);
      if (source->id < block->id) {
        entering = Join(entering, input);
        continue;
      }
      std::set<const Node*> seen{phi};
      grows = grows && OnlyMoves(phi->inputs[i], true, &seen);
      seen = {phi};
      shrinks = shrinks && OnlyMoves(phi->inputs[i], false, &seen);
    }
    return {grows ? entering.low : all.low, shrinks ? entering.high : all.high};
  }

  // Whether the value is one of those in `seen` with something added that is not negative (`up`),
  // or not positive. Steps that overflow leave, so they do not come back from the other end.
  static bool OnlyMoves(const Node* value, bool up, std::set<const Node*>* seen) {
    if (seen->contains(value)) return true;
    if (value->op == IrOp::kAddInt || value->op == IrOp::kSubtractInt) {
      const Node* step = value->inputs[1];
      if (!step->IsConstant() || !step->ConstantValue().IsInt()) return false;
      const int64_t by = step->ConstantValue().AsInt();
      const bool goes_up = (by >= 0) == (value->op == IrOp::kAddInt);
      return (by == 0 || goes_up == up) && OnlyMoves(value->inputs[0], up, seen);
    }
    if (value->op != IrOp::kPhi || seen->size() > kDepth) return false;
    seen->insert(value);
    return std::all_of(value->inputs.begin(), value->inputs.end(),
                       [&](const Node* input) { return OnlyMoves(input, up, seen); });
  }

  // --- What is learnt on the way ---

  void Learn(const Node* node, const Block* block, Range range) {
    if (!node->IsConstant()) facts_[node].push_back({block, now_, range});
  }

  void LearnFromCheck(const Node* check, const Block* block) {
    if (check->inputs.empty()) return;
    const Node* value = check->inputs[0];
    switch (check->op) {
      case IrOp::kCheckInt:
        checked_[value].push_back(block);
        break;
      case IrOp::kCheckRange:
        Learn(value, block, {check->imm, check->imm2});
        break;
      case IrOp::kCheckBounds:
        Learn(value, block, {1, Of(check->inputs[1], block).high});
        at_most_[{value, check->inputs[1]}].push_back({block, now_, {}});
        break;
      default:
        break;
    }
  }

  void LearnFromBranch(const Block* block) {
    if (block->predecessors.size() != 1) return;
    const Block* source = block->predecessors[0];
    const Node* branch = source->terminator();
    if (branch->op != IrOp::kBranchInt || source->successors[0] == source->successors[1]) return;
    auto condition = static_cast<IrCondition>(branch->imm);
    if (source->successors[0] != block) condition = Negated(condition);
    LearnCondition(condition, branch->inputs[0], branch->inputs[1], block);
    LearnCondition(Mirrored(condition), branch->inputs[1], branch->inputs[0], block);
  }

  // Branches compare words of any kind, and only integers have ranges.
  void LearnCondition(IrCondition condition, const Node* a, const Node* b, const Block* block) {
    if (!a->type.IsInt() && !IsChecked(a, block)) return;
    if (!b->IsConstant() && !b->type.IsInt() && !IsChecked(b, block)) return;
    if (b->IsConstant() && !b->ConstantValue().IsInt()) return;
    const Range other = Of(b, block);
    switch (condition) {
      case IrCondition::kLess:
        Learn(a, block, {kLeast, other.high - 1});
        break;
      case IrCondition::kLessEqual:
        Learn(a, block, {kLeast, other.high});
        break;
      case IrCondition::kGreater:
        Learn(a, block, {other.low + 1, kMost});
        break;
      case IrCondition::kGreaterEqual:
        Learn(a, block, {other.low, kMost});
        break;
      case IrCondition::kEqual:
        Learn(a, block, other);
        break;
      case IrCondition::kNotEqual:
        return;
    }
    if (condition == IrCondition::kLess || condition == IrCondition::kLessEqual ||
        condition == IrCondition::kEqual)
      at_most_[{a, b}].push_back({block, now_, {}});
  }

  bool IsChecked(const Node* node, const Block* block) const {
    auto it = checked_.find(node);
    return it != checked_.end() && dominators_.IsBehindAny(it->second, block);
  }

  // --- What follows ---

  // Whether the node is not needed.
  bool VisitNode(Node* node, Block* block) {
    switch (node->op) {
      case IrOp::kCheckRange: {
        const Range range = Of(node->inputs[0], block);
        if (range.low < node->imm || range.high > node->imm2) return false;
        dropped_.insert(node);
        return true;
      }
      case IrOp::kCheckBounds:
        if (Of(node->inputs[0], block).low < 1) return false;
        node->imm = 1;
        if (!IsAtMost(node->inputs[0], node->inputs[1], block, kDepth)) return false;
        dropped_.insert(node);
        return true;
      case IrOp::kAddInt:
      case IrOp::kSubtractInt:
      case IrOp::kMultiplyInt:
        if (ResultOf(node->op, Of(node->inputs[0], block), Of(node->inputs[1], block)).Fits())
          NeverExits(node);
        return false;
      case IrOp::kShiftLeftInt:
      case IrOp::kShiftRightInt: {
        const Range a = Of(node->inputs[0], block);
        const Range distance = Of(node->inputs[1], block);
        const bool is_left = node->op == IrOp::kShiftLeftInt;
        if (!IsDistance(distance)) return false;
        node->imm2 = 1;
        if (is_left ? ShiftedLeft(a, distance).Fits() : a.low >= 0) NeverExits(node);
        return false;
      }
      case IrOp::kDivideInt:
      case IrOp::kModuloInt:
      case IrOp::kRemainderInt: {
        const Range divisor = Of(node->inputs[1], block);
        if (divisor.Excludes(0) && divisor.Excludes(-1)) NeverExits(node);
        return false;
      }
      default:
        return false;
    }
  }

  static void NeverExits(Node* node) {
    node->imm = 1;
    node->state = nullptr;
  }

  // Whether one integer is never above the other.
  bool IsAtMost(const Node* a, const Node* b, const Block* block, int depth) const {
    if (Of(a, block).high <= Of(b, block).low) return true;
    auto it = at_most_.find({a, b});
    if (it != at_most_.end() && std::any_of(it->second.begin(), it->second.end(),
                                            [&](const Fact& fact) { return Applies(fact, block); }))
      return true;
    // A loop must not compute the other one afresh: it may be another one in each round.
    if (a->op != IrOp::kPhi || depth == 0 || b->block == nullptr || b->block == a->block ||
        !dominators_.Dominates(b->block, a->block))
      return false;
    for (size_t i = 0; i < a->inputs.size(); ++i) {
      if (!IsAtMost(a->inputs[i], b, a->block->predecessors[i], depth - 1)) return false;
    }
    return true;
  }

  Graph& graph_;
  Dominators dominators_;
  int now_ = 0;                // the place in the order of blocks and nodes that is looked at
  const Block* at_ = nullptr;  // the block it is in, once everything has been learnt
  absl::flat_hash_map<const Node*, std::vector<Fact>> facts_;
  absl::flat_hash_map<const Node*, std::vector<const Block*>> checked_;  // to be integers
  absl::flat_hash_map<std::pair<const Node*, const Node*>, std::vector<Fact>> at_most_;
  std::set<const Node*> dropped_;
};

}  // namespace

void UseRanges(Graph& graph) { RangeAnalysis(graph).Run(); }

}  // namespace som::jit
