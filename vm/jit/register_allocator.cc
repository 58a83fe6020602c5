// See register_allocator.h. A value's frame word is written once, right behind its definition, if
// it is ever needed; giving up a register afterwards costs nothing. Only where the definition is in
// a loop and the word is needed outside, it is written whenever the register is given up.
#include "vm/jit/register_allocator.h"

#include <algorithm>
#include <queue>

#include "absl/strings/str_cat.h"
#include "vm/jit/live_intervals.h"

namespace som::jit {

namespace {

constexpr int kRegisters = 16;

class LinearScan {
 public:
  LinearScan(Graph& graph, RegisterSet registers, LiveIntervals& intervals)
      : graph_(graph), registers_(registers), intervals_(intervals) {
    const Numbering& numbering = intervals.numbering();
    for (const Block* block : graph.blocks()) {
      int& end = loop_ends_.emplace_back(-1);
      if (!block->is_loop_header) continue;
      for (const Block* predecessor : block->predecessors)
        end = std::max(end, numbering.block_end[predecessor->id]);
    }
  }

  void Run() {
    for (Interval* interval : intervals_.all()) unhandled_.push(interval);
    while (!unhandled_.empty()) {
      Interval* current = unhandled_.top();
      unhandled_.pop();
      Advance(current->begin());
      if (current->value->op == IrOp::kFrameWord && current == current->first) {
        StayInSlot(current);
        continue;
      }
      const int register_use = current->NextRegisterUse(current->begin());
      if (register_use == kNever && !IsWorthARegister(*current)) {
        Spill(current);
        continue;
      }
      if (!TryFree(current)) TakeBlocked(current);
    }
  }

 private:
  struct Later {
    bool operator()(const Interval* a, const Interval* b) const { return a->begin() > b->begin(); }
  };

  // What only frame states and calls look at need not be in a register: unless it begins in one.
  static bool IsWorthARegister(const Interval& interval) {
    return interval.value->op == IrOp::kPhi && interval.first == &interval;
  }

  uint32_t Usable(const Interval* interval) const {
    return interval->IsFloating() ? registers_.floating : registers_.general;
  }

  void Advance(int position) {
    auto is_over = [&](Interval* interval) { return interval->end() <= position; };
    std::erase_if(active_, is_over);
    std::erase_if(inactive_, is_over);
    for (size_t i = 0; i < active_.size();) {
      if (active_[i]->Covers(position)) {
        ++i;
      } else {
        inactive_.push_back(active_[i]);
        active_.erase(active_.begin() + static_cast<ptrdiff_t>(i));
      }
    }
    for (size_t i = 0; i < inactive_.size();) {
      if (inactive_[i]->Covers(position)) {
        active_.push_back(inactive_[i]);
        inactive_.erase(inactive_.begin() + static_cast<ptrdiff_t>(i));
      } else {
        ++i;
      }
    }
  }

  // The first position at which a node overwrites the register while the interval is alive.
  void Clobbers(const Interval* current, int (&until)[kRegisters]) const {
    const auto& clobbers = intervals_.clobbers();
    auto it = std::lower_bound(
        clobbers.begin(), clobbers.end(), current->begin(),
        [](const LiveIntervals::Clobber& c, int position) { return c.range.end <= position; });
    uint32_t left = Usable(current);
    for (; it != clobbers.end() && it->range.begin < current->end() && left != 0; ++it) {
      const uint32_t mask =
          left & (current->IsFloating() ? it->registers.floating : it->registers.general);
      if (mask == 0) continue;
      bool meets = false;
      for (const Range& range : current->ranges)
        meets |= range.begin < it->range.end && it->range.begin < range.end;
      if (!meets) continue;
      for (int r = 0; r < kRegisters; ++r) {
        if ((mask >> r & 1) == 0) continue;
        until[r] = std::min(until[r], std::max(it->range.begin, current->begin()));
      }
      left &= ~mask;
    }
  }

  bool TryFree(Interval* current) {
    int until[kRegisters];
    for (int r = 0; r < kRegisters; ++r) until[r] = (Usable(current) >> r & 1) != 0 ? kNever : 0;
    for (const Interval* interval : active_) {
      if (interval->IsFloating() == current->IsFloating()) until[interval->reg] = 0;
    }
    for (const Interval* interval : inactive_) {
      if (interval->IsFloating() != current->IsFloating()) continue;
      until[interval->reg] = std::min(until[interval->reg], interval->Meets(*current));
    }
    Clobbers(current, until);
    int best = 0;
    for (int r = 1; r < kRegisters; ++r) {
      if (until[r] > until[best]) best = r;
    }
    if (const Interval* hint = current->hint; hint != nullptr) {
      const int wanted = HintedRegister(hint, current->begin());
      if (wanted >= 0 && (until[wanted] >= current->end() || until[wanted] == until[best]))
        best = wanted;
    }
    if (until[best] <= current->begin() + 1 && until[best] < current->end()) return false;
    if (until[best] < current->end()) {
      // The value can stay here for a while; is there anything for it to do?
      if (current->NextRegisterUse(current->begin()) >= until[best] && current != current->first) {
        Spill(current);
        return true;
      }
      Requeue(intervals_.Split(current, InFrontOfLoops(*current, until[best])));
    }
    Assign(current, best);
    return true;
  }

  static int HintedRegister(const Interval* hint, int position) {
    int reg = -1;
    for (const Interval* part : hint->first->parts) {
      if (part->begin() > position) break;
      if (part->reg >= 0) reg = part->reg;
    }
    return reg;
  }

  void TakeBlocked(Interval* current) {
    int use[kRegisters];
    int blocked[kRegisters];
    for (int r = 0; r < kRegisters; ++r)
      use[r] = blocked[r] = (Usable(current) >> r & 1) != 0 ? kNever : 0;
    Clobbers(current, blocked);
    for (int r = 0; r < kRegisters; ++r) use[r] = std::min(use[r], blocked[r]);
    auto consider = [&](const Interval* interval) {
      if (interval->IsFloating() != current->IsFloating()) return;
      use[interval->reg] =
          std::min(use[interval->reg], interval->NextRegisterUse(current->begin()));
    };
    for (const Interval* interval : active_) consider(interval);
    for (const Interval* interval : inactive_) {
      if (interval->Meets(*current) != kNever) consider(interval);
    }
    int best = 0;
    for (int r = 1; r < kRegisters; ++r) {
      if (use[r] > use[best]) best = r;
    }
    const int own = current->NextRegisterUse(current->begin());
    if (own > use[best] || blocked[best] <= current->begin()) {
      // Everything else is needed sooner.
      Spill(current);
      return;
    }
    if (blocked[best] < current->end())
      Requeue(intervals_.Split(current, InFrontOfLoops(*current, blocked[best])));
    auto evict = [&](Interval* interval) {
      if (interval->IsFloating() != current->IsFloating() || interval->reg != best) return false;
      const int meeting = interval->Meets(*current);
      if (meeting == kNever) return false;
      const int position = std::max(meeting, interval->begin());
      if (position <= interval->begin()) {
        // It has not begun to be used: it begins in its word.
        interval->reg = -1;
        Spill(interval);
        return true;
      }
      Interval* rest = intervals_.Split(interval, InFrontOfLoops(*interval, position));
      Spill(rest);
      return interval->end() <= current->begin();
    };
    std::erase_if(active_, evict);
    std::erase_if(inactive_, evict);
    Assign(current, best);
  }

  // Where a value that gives up its register at `position` does so best. In a loop that has not
  // looked at it before, the register would be loaded again at the end of each round for the sake
  // of the loop's head: in front of the loop then.
  int InFrontOfLoops(const Interval& interval, int position) const {
    const Numbering& numbering = intervals_.numbering();
    int best = position;
    for (size_t b = numbering.BlockAt(position); numbering.block_begin[b] > interval.begin(); --b) {
      const int begin = numbering.block_begin[b];
      if (interval.NextRegisterUse(begin) < position) break;
      if (loop_ends_[b] > position) best = begin;
    }
    return best;
  }

  void Assign(Interval* current, int reg) {
    current->reg = reg;
    active_.push_back(current);
  }

  void Requeue(Interval* interval) { unhandled_.push(interval); }

  void StayInSlot(Interval* interval) {
    interval->reg = -1;
    interval->first->needs_slot = true;
    const int use = interval->NextRegisterUse(interval->begin());
    if (use != kNever) ReloadBefore(interval, use);
  }

  // In its word from its beginning until the next use that needs a register.
  void Spill(Interval* interval) {
    interval->reg = -1;
    interval->first->needs_slot = true;
    const int use = interval->NextRegisterUse(interval->begin());
    if (use != kNever) ReloadBefore(interval, use);
  }

  // Moves are made in front of nodes, at even positions; in front of a loop rather than inside it,
  // unless a call in there would take the register again.
  void ReloadBefore(Interval* interval, int use) {
    int position = use & ~1;
    const Numbering& numbering = intervals_.numbering();
    const std::vector<Block*>& blocks = graph_.blocks();
    const size_t here = numbering.BlockAt(interval->begin());
    size_t there = numbering.BlockAt(position);
    const int depth = blocks[here]->loop_depth;
    if (blocks[there]->loop_depth > depth) {
      for (size_t b = there; b > here; --b) {
        if (!blocks[b]->is_loop_header || blocks[b]->loop_depth != depth + 1) continue;
        const int begin = numbering.block_begin[b];
        const int end = loop_ends_[b];
        if (position >= end) break;
        const auto& calls = intervals_.calls();
        auto call = std::lower_bound(calls.begin(), calls.end(), begin);
        if (call == calls.end() || *call >= end) position = begin;
        break;
      }
    }
    if (position <= interval->begin()) {
      if (use > interval->begin() && position < interval->begin()) position = use & ~1;
      if (position <= interval->begin()) {
        // Needed at once: there is no other way than a register.
        position = interval->begin();
        Requeue(interval);
        return;
      }
    }
    Requeue(intervals_.Split(interval, position));
  }

  Graph& graph_;
  RegisterSet registers_;
  LiveIntervals& intervals_;
  std::vector<int> loop_ends_;  // by block: of the loop that it is the head of, or -1
  std::priority_queue<Interval*, std::vector<Interval*>, Later> unhandled_;
  std::vector<Interval*> active_;
  std::vector<Interval*> inactive_;
};

// Gives words to the values that need one, and writes everything down for the emitter.
class Resolver {
 public:
  Resolver(Graph& graph, LiveIntervals& intervals) : graph_(graph), intervals_(intervals) {}

  Allocation Run() {
    allocation_.nodes.resize(graph_.node_count());
    allocation_.state_values.resize(graph_.node_count());
    allocation_.live_tagged.resize(graph_.node_count());
    allocation_.live_floating.resize(graph_.node_count(), 0);
    allocation_.moves_at_end.resize(graph_.blocks().size());
    allocation_.moves_at_start.resize(graph_.blocks().size());
    AssignSlots();
    FindLateStores();
    for (Block* block : graph_.blocks()) {
      for (const Node* phi : block->phis) {
        if (const Interval* interval = intervals_.Of(phi))
          allocation_.nodes[phi->id].result = PlaceOf(*interval->parts.front());
      }
      for (Node* node : block->nodes) DescribeNode(node);
    }
    DescribeSafepoints();
    for (Interval* interval : intervals_.all()) MoveInside(*interval);
    for (Block* block : graph_.blocks()) {
      for (Block* successor : block->successors) MoveBetween(block, successor);
    }
    return std::move(allocation_);
  }

 private:
  void AssignSlots() {
    std::vector<Interval*> needing;
    for (Interval* interval : intervals_.all()) {
      if (interval->value->op == IrOp::kFrameWord) {
        interval->slot = static_cast<int32_t>(interval->value->imm);
      } else if (interval->needs_slot) {
        needing.push_back(interval);
      }
    }
    std::sort(needing.begin(), needing.end(),
              [](const Interval* a, const Interval* b) { return a->begin() < b->begin(); });
    std::vector<int> free_at[2];  // by word: when its last value ends
    for (Interval* interval : needing) {
      std::vector<int>& words = free_at[interval->IsFloating() ? 1 : 0];
      const int end = interval->parts.back()->end();
      size_t word = 0;
      while (word < words.size() && words[word] > interval->begin()) ++word;
      if (word == words.size()) words.push_back(0);
      words[word] = end;
      interval->slot =
          static_cast<int32_t>(word) + (interval->IsFloating() ? 0 : graph_.extent_words);
    }
    allocation_.slot_words = static_cast<int32_t>(free_at[0].size());
    allocation_.double_words = static_cast<int32_t>(free_at[1].size());
  }

  // Values whose word is written where the register is given up.
  void FindLateStores() {
    stores_late_.assign(graph_.node_count(), false);
    const Numbering& numbering = intervals_.numbering();
    auto depth_at = [&](int position) {
      return graph_.blocks()[numbering.BlockAt(position)]->loop_depth;
    };
    for (const Interval* interval : intervals_.all()) {
      if (!interval->needs_slot || interval->reg < 0 || interval->value->op == IrOp::kFrameWord)
        continue;
      const int depth = depth_at(interval->begin());
      bool late = depth > 0;
      for (const Interval* part : interval->parts) {
        if (part->reg >= 0) continue;
        const bool behind_block_begin =
            (part->begin() & 1) != 0 && IsBlockBegin(part->begin() & ~1);
        late = late && depth_at(part->begin()) < depth && !behind_block_begin;
      }
      stores_late_[interval->value->id] = late;
    }
  }

  bool HasWordAlways(const Interval& interval) const {
    return interval.first->needs_slot && !stores_late_[interval.value->id];
  }

  static Place PlaceOf(const Interval& part) {
    const bool floating = part.IsFloating();
    if (part.reg >= 0)
      return {floating ? Place::Kind::kXmm : Place::Kind::kRegister, part.reg, nullptr};
    return {floating ? Place::Kind::kDoubleSlot : Place::Kind::kSlot, part.first->slot, nullptr};
  }

  Place PlaceAt(const Node* node, int position) const {
    if (node == nullptr || node->op == IrOp::kVirtual) return {};
    if (node->IsAnyConstant()) return {Place::Kind::kConstant, 0, node};
    return PlaceOf(*intervals_.Of(node)->PartAt(position));
  }

  // Where an input is read. One that is still read when the result is there, and need not be in a
  // register, may have had to give its register to the result: it is read from its word then.
  Place InputAt(const Node* node, size_t i, int position) const {
    const NodeConstraints& constraints = intervals_.ConstraintsOf(node);
    const bool late = (constraints.late_inputs >> i & 1) != 0;
    if (late && constraints.inputs[i] != NodeConstraints::Use::kRegister) {
      const Place behind = PlaceAt(node->inputs[i], position + 1);
      if (behind.kind == Place::Kind::kSlot || behind.kind == Place::Kind::kDoubleSlot)
        return behind;
    }
    return PlaceAt(node->inputs[i], position);
  }

  void DescribeNode(Node* node) {
    const int position = intervals_.numbering().of_node[node->id];
    if (position < 0) return;
    Allocation::AtNode& at = allocation_.nodes[node->id];
    for (size_t i = 0; i < node->inputs.size(); ++i)
      at.inputs.push_back(InputAt(node, i, position));
    if (LiveIntervals::HasPlace(node)) at.result = PlaceOf(*intervals_.Of(node)->parts.front());
    if (node->op != IrOp::kJump && node->state != nullptr) {
      const bool restores_first = intervals_.ConstraintsOf(node).restores_first;
      size_t count = 0;
      ForEachStateValue(node->state, [&](Node*&) { ++count; });
      allocation_.state_values[node->id].reserve(count);
      ForEachStateValue(node->state, [&](Node*& value) {
        const bool early = restores_first && value == node->inputs[0];
        allocation_.state_values[node->id].push_back(PlaceAt(value, position + (early ? 0 : 1)));
      });
    }
  }

  // What is alive behind calls and allocations.
  void DescribeSafepoints() {
    struct Point {
      int position;
      Node* node;
    };
    std::vector<Point> points;
    for (Block* block : graph_.blocks()) {
      for (Node* node : block->nodes) {
        if (node->MayCollect())
          points.push_back({intervals_.numbering().of_node[node->id] + 1, node});
      }
    }
    std::sort(points.begin(), points.end(),
              [](const Point& a, const Point& b) { return a.position < b.position; });
    for (Interval* interval : intervals_.all()) {
      for (const Interval* part : interval->parts) {
        for (const Range& range : part->ranges) {
          auto it = std::lower_bound(
              points.begin(), points.end(), range.begin,
              [](const Point& point, int position) { return point.position < position; });
          for (; it != points.end() && it->position < range.end; ++it) {
            if (it->node == interval->value) continue;
            if (!interval->IsFloating()) {
              allocation_.live_tagged[it->node->id].push_back(
                  {PlaceOf(*part), HasWordAlways(*interval), interval->slot});
            } else if (part->reg >= 0) {
              allocation_.live_floating[it->node->id] |= 1U << part->reg;
            }
          }
        }
      }
    }
  }

  std::vector<Move>& MovesBefore(int position) {
    return allocation_.nodes[intervals_.numbering().at[static_cast<size_t>(position) / 2]->id]
        .moves_before;
  }

  bool IsBlockBegin(int position) const {
    return (position & 1) == 0 &&
           intervals_.numbering().at[static_cast<size_t>(position) / 2] == nullptr;
  }

  // Between the parts of one value, and to its word.
  void MoveInside(const Interval& first) {
    const bool is_frame_word = first.value->op == IrOp::kFrameWord;
    if (HasWordAlways(first) && !is_frame_word && first.reg >= 0) {
      const Place word{first.IsFloating() ? Place::Kind::kDoubleSlot : Place::Kind::kSlot,
                       first.slot, nullptr};
      const Move store{PlaceOf(first), word};
      if (first.value->op == IrOp::kPhi) {
        allocation_.moves_at_start[first.value->block->id].push_back(store);
      } else {
        MovesBefore((first.begin() + 1) & ~1).push_back(store);
      }
    }
    for (size_t i = 1; i < first.parts.size(); ++i) {
      const Interval& part = *first.parts[i];
      const Interval& before = *first.parts[i - 1];
      // At the borders of blocks the edges see to it.
      if (before.end() != part.begin() || IsBlockBegin(part.begin())) continue;
      const Place from = PlaceOf(before);
      if (from == PlaceOf(part)) continue;
      if (part.reg >= 0) {
        MovesBefore((part.begin() + 1) & ~1).push_back({from, PlaceOf(part)});
      } else if (stores_late_[first.value->id]) {
        // In front of the node that overwrites the register, from where the value is by then: the
        // part before may begin at that node too.
        const int position = part.begin() & ~1;
        size_t source = i - 1;
        while (source > 0 && first.parts[source]->begin() >= position) --source;
        if (first.parts[source]->reg >= 0)
          MovesBefore(position).push_back({PlaceOf(*first.parts[source]), PlaceOf(part)});
      }
    }
  }

  void MoveBetween(Block* from, Block* to) {
    const Numbering& numbering = intervals_.numbering();
    const int end = numbering.block_end[from->id] - 1;
    const int begin = numbering.block_begin[to->id];
    std::vector<Move>& moves = from->successors.size() == 1 ? allocation_.moves_at_end[from->id]
                                                            : allocation_.moves_at_start[to->id];
    for (const Node* value : intervals_.live_in()[to->id]) {
      const Place source = PlaceAt(value, end);
      const Place target = PlaceAt(value, begin);
      const bool to_word =
          target.kind == Place::Kind::kSlot || target.kind == Place::Kind::kDoubleSlot;
      if (source != target && (!to_word || stores_late_[value->id]))
        moves.push_back({source, target});
    }
    const size_t which =
        static_cast<size_t>(std::find(to->predecessors.begin(), to->predecessors.end(), from) -
                            to->predecessors.begin());
    for (const Node* phi : to->phis) {
      const Place source = PlaceAt(phi->inputs[which], end);
      const Place target = PlaceAt(phi, begin);
      if (source != target) moves.push_back({source, target});
    }
  }

  Graph& graph_;
  LiveIntervals& intervals_;
  std::vector<bool> stores_late_;  // by node id
  Allocation allocation_;
};

void AppendMoves(const char* when, const std::vector<Move>& moves, std::string* text) {
  if (moves.empty()) return;
  absl::StrAppend(text, "  ", std::string(when));
  for (const Move& move : moves)
    absl::StrAppend(text, " ", PlaceText(move.from), ">", PlaceText(move.to));
  absl::StrAppend(text, "\n");
}

}  // namespace

Allocation AllocateRegisters(Graph& graph, RegisterSet registers,
                             NodeConstraints (*constraints)(const Node&)) {
  LiveIntervals intervals(graph, constraints);
  LinearScan(graph, registers, intervals).Run();
  return Resolver(graph, intervals).Run();
}

std::string PlaceText(const Place& place) {
  switch (place.kind) {
    case Place::Kind::kNone:
      return "-";
    case Place::Kind::kRegister:
      return absl::StrCat("r", place.index);
    case Place::Kind::kXmm:
      return absl::StrCat("x", place.index);
    case Place::Kind::kSlot:
      return absl::StrCat("s", place.index);
    case Place::Kind::kDoubleSlot:
      return absl::StrCat("d", place.index);
    case Place::Kind::kConstant:
      return "constant";
  }
  __builtin_unreachable();
}

std::string AllocationText(const Graph& graph, const Allocation& allocation) {
  std::string text;
  for (const Block* block : graph.blocks()) {
    absl::StrAppend(&text, "b", block->id, ":\n");
    for (const Node* phi : block->phis)
      absl::StrAppend(&text, "  v", phi->id, " Phi = ", PlaceText(allocation.nodes[phi->id].result),
                      "\n");
    AppendMoves("start", allocation.moves_at_start[block->id], &text);
    for (const Node* node : block->nodes) {
      const Allocation::AtNode& at = allocation.nodes[node->id];
      AppendMoves("move", at.moves_before, &text);
      if (node == block->nodes.back())
        AppendMoves("end", allocation.moves_at_end[block->id], &text);
      absl::StrAppend(&text, "  v", node->id, " ", std::string(InfoOf(node->op).name));
      for (const Place& input : at.inputs) absl::StrAppend(&text, " ", PlaceText(input));
      if (at.result.kind != Place::Kind::kNone) absl::StrAppend(&text, " = ", PlaceText(at.result));
      absl::StrAppend(&text, "\n");
    }
  }
  return text;
}

}  // namespace som::jit
