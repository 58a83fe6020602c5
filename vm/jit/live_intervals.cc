// See live_intervals.h. Built in one pass backwards over the blocks: what is alive at the head of a
// loop is alive in all of it, so no iteration is needed (Wimmer and Franz 2010).
#include "vm/jit/live_intervals.h"

#include <algorithm>

namespace som::jit {

bool Interval::Covers(int position) const {
  auto after = std::upper_bound(ranges.begin(), ranges.end(), position,
                                [](int p, const Range& r) { return p < r.begin; });
  return after != ranges.begin() && position < std::prev(after)->end;
}

int Interval::NextRegisterUse(int position) const {
  for (int use : register_uses) {
    if (use >= position) return use;
  }
  return kNever;
}

int Interval::Meets(const Interval& other) const {
  size_t i = 0;
  size_t j = 0;
  while (i < ranges.size() && j < other.ranges.size()) {
    const Range& a = ranges[i];
    const Range& b = other.ranges[j];
    if (a.end <= b.begin) {
      ++i;
    } else if (b.end <= a.begin) {
      ++j;
    } else {
      return std::max(a.begin, b.begin);
    }
  }
  return kNever;
}

Interval* Interval::PartAt(int position) {
  // Holes belong to the part in front of them: nobody asks there.
  if (parts.size() == 1) return parts.front();
  const auto behind =
      std::upper_bound(parts.begin() + 1, parts.end(), position,
                       [](int p, const Interval* part) { return p < part->begin(); });
  return *std::prev(behind);
}

size_t Numbering::BlockAt(int position) const {
  auto after = std::upper_bound(block_begin.begin(), block_begin.end(), position);
  return static_cast<size_t>(after - block_begin.begin()) - 1;
}

LiveIntervals::LiveIntervals(Graph& graph, Constraints constraints)
    : graph_(graph), query_(constraints) {
  Number();
  Build();
}

void LiveIntervals::Number() {
  const size_t count = graph_.node_count();
  numbering_.of_node.assign(count, -1);
  constraints_.resize(count);
  by_node_.assign(count, nullptr);
  nodes_.assign(count, nullptr);
  int position = 0;
  for (Block* block : graph_.blocks()) {
    numbering_.block_begin.push_back(position);
    for (Node* phi : block->phis) {
      numbering_.of_node[phi->id] = position;
      nodes_[phi->id] = phi;
    }
    numbering_.at.push_back(nullptr);
    position += 2;
    for (Node* node : block->nodes) {
      if (node->IsAnyConstant()) continue;
      numbering_.of_node[node->id] = position;
      nodes_[node->id] = node;
      numbering_.at.push_back(node);
      constraints_[node->id] = query_(*node);
      position += 2;
    }
    numbering_.block_end.push_back(position);
  }
}

Interval* LiveIntervals::Make(Node* node) {
  Interval*& interval = by_node_[node->id];
  if (interval == nullptr) {
    interval = &storage_.emplace_back();
    interval->value = node;
    interval->first = interval;
    interval->parts.push_back(interval);
    all_.push_back(interval);
  }
  return interval;
}

// Ranges come last one first.
void LiveIntervals::AddRange(Node* node, int begin, int end) {
  Interval::Ranges& ranges = Make(node)->ranges;
  if (!ranges.empty() && ranges.back().begin <= end) {
    Range& next = ranges.back();
    next.begin = std::min(next.begin, begin);
    next.end = std::max(next.end, end);
    // A loop's range may swallow those inside.
    while (ranges.size() > 1 && ranges[ranges.size() - 2].begin <= ranges.back().end) {
      const Range last = ranges.back();
      ranges.pop_back();
      ranges.back().begin = std::min(ranges.back().begin, last.begin);
      ranges.back().end = std::max(ranges.back().end, last.end);
    }
    return;
  }
  ranges.push_back({begin, end});
}

void LiveIntervals::BuildNode(Node* node, ValueSet& live, int block_begin) {
  const NodeConstraints& constraints = constraints_[node->id];
  const int position = numbering_.of_node[node->id];
  if (constraints.destroys_all) {
    clobbers_.push_back({{position + 1, position + 2}, {~0U, ~0U}});
    calls_.push_back(position);
  } else if (constraints.destroys.general != 0 || constraints.destroys.floating != 0) {
    clobbers_.push_back({{position, position + 2}, constraints.destroys});
  }
  if (HasPlace(node)) {
    // A call's result is there once the registers have been overwritten.
    const int defined = constraints.destroys_all ? position + 2 : position + 1;
    Interval* interval = Make(node);
    if (!live.Has(node->id)) {
      AddRange(node, defined, defined + 1);
    } else {
      interval->ranges.back().begin = defined;
    }
    live.Remove(node->id);
    if (node->op != IrOp::kFrameWord) interval->register_uses.push_back(defined);
    if (!node->inputs.empty() && HasPlace(node->inputs[0]) && node->inputs[0]->rep == node->rep &&
        !constraints.destroys_all)
      interval->hint = Make(node->inputs[0]);
  }
  auto use = [&](Node* value, int at, int end, bool needs_register) {
    if (!HasPlace(value)) return;
    AddRange(value, block_begin, end);
    if (needs_register) by_node_[value->id]->register_uses.push_back(at);
    live.Add(value->id);
  };
  ForEachStateValue(node->state, [&](Node*& value) {
    if (node->op == IrOp::kJump) return;
    if (constraints.restores_first && value == node->inputs[0]) return;
    use(value, position + 1, position + 2, false);
  });
  for (size_t i = 0; i < node->inputs.size(); ++i) {
    const bool needs_register = constraints.inputs[i] == NodeConstraints::Use::kRegister;
    const bool late = (constraints.late_inputs >> i & 1) != 0;
    if (late) use(node->inputs[i], position + 1, position + 2, needs_register);
    use(node->inputs[i], position, late ? position + 2 : position + 1, needs_register);
  }
}

void LiveIntervals::Build() {
  const std::vector<Block*>& blocks = graph_.blocks();
  const size_t count = graph_.node_count();
  std::vector<ValueSet> live_in(blocks.size());
  live_in_.resize(blocks.size());
  for (size_t b = blocks.size(); b-- > 0;) {
    Block* block = blocks[b];
    const int begin = numbering_.block_begin[b];
    const int end = numbering_.block_end[b];
    ValueSet live(count);
    for (const Block* successor : block->successors) {
      live.AddAll(live_in[successor->id]);
      const size_t which = static_cast<size_t>(
          std::find(successor->predecessors.begin(), successor->predecessors.end(), block) -
          successor->predecessors.begin());
      for (Node* phi : successor->phis) {
        if (HasPlace(phi->inputs[which])) live.Add(phi->inputs[which]->id);
      }
    }
    live.ForEach([&](size_t id) { AddRange(nodes_[id], begin, end); });
    for (size_t i = block->nodes.size(); i-- > 0;) {
      Node* node = block->nodes[i];
      if (node->IsAnyConstant()) continue;
      BuildNode(node, live, begin);
    }
    for (Node* phi : block->phis) {
      Interval* interval = Make(phi);
      if (!live.Has(phi->id)) AddRange(phi, begin, begin + 1);
      for (Node* input : phi->inputs) {
        if (HasPlace(input) && interval->hint == nullptr) interval->hint = Make(input);
      }
      live.Remove(phi->id);
    }
    if (block->is_loop_header) {
      int loop_end = end;
      for (const Block* predecessor : block->predecessors)
        loop_end = std::max(loop_end, numbering_.block_end[predecessor->id]);
      live.ForEach([&](size_t id) { AddRange(nodes_[id], begin, loop_end); });
      // The next round needs them: so does every block on the way there.
      for (size_t inside = b + 1; inside < blocks.size(); ++inside) {
        if (numbering_.block_begin[inside] >= loop_end) break;
        live_in[inside].AddAll(live);
      }
    }
    live_in[b] = std::move(live);
  }
  for (size_t b = 0; b < blocks.size(); ++b)
    live_in[b].ForEach([&](size_t id) { live_in_[b].push_back(nodes_[id]); });
  for (Interval* interval : all_) {
    std::reverse(interval->ranges.begin(), interval->ranges.end());
    std::sort(interval->register_uses.begin(), interval->register_uses.end());
  }
  std::reverse(calls_.begin(), calls_.end());
  std::reverse(clobbers_.begin(), clobbers_.end());
}

Interval* LiveIntervals::Split(Interval* interval, int position) {
  Interval* rest = &storage_.emplace_back();
  rest->value = interval->value;
  rest->first = interval->first;
  rest->hint = interval;
  Interval::Ranges before;
  for (const Range& range : interval->ranges) {
    if (range.end <= position) {
      before.push_back(range);
    } else if (range.begin >= position) {
      rest->ranges.push_back(range);
    } else {
      before.push_back({range.begin, position});
      rest->ranges.push_back({position, range.end});
    }
  }
  interval->ranges = std::move(before);
  auto split =
      std::lower_bound(interval->register_uses.begin(), interval->register_uses.end(), position);
  rest->register_uses.assign(split, interval->register_uses.end());
  interval->register_uses.erase(split, interval->register_uses.end());
  auto& parts = interval->first->parts;
  auto place = std::find_if(parts.begin(), parts.end(),
                            [&](const Interval* part) { return part->begin() > rest->begin(); });
  parts.insert(place, rest);
  return rest;
}

}  // namespace som::jit
