// Lifetimes of values, for the register allocator: where each value is needed, as ranges of
// positions with holes, and who needs it there. Positions: a node at p reads its inputs at p and
// writes its result at p + 1; what is read after that (late inputs, frame states) is read at p + 1.
// Nodes stand at even positions, in the order of the blocks.
#pragma once

#include <bit>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "vm/jit/ir.h"
#include "vm/jit/register_allocator.h"

namespace som::jit {

constexpr int kNever = 1 << 30;

struct Range {
  int begin;
  int end;  // exclusive
};

// A value, or after splitting a part of its lifetime, which is in one place.
struct Interval {
  using Ranges = absl::InlinedVector<Range, 2>;
  using Positions = absl::InlinedVector<int, 4>;
  Node* value = nullptr;
  Ranges ranges;                            // ascending, disjoint
  Positions register_uses;                  // where it must be in a register; ascending
  int reg = -1;                             // -1: in its frame or stack word
  Interval* hint = nullptr;                 // would like the register of this one
  absl::InlinedVector<Interval*, 2> parts;  // of the first part: all parts, ascending, itself
                                            // included
  Interval* first = nullptr;
  // Of the first part: the word it lives in once one is needed.
  bool needs_slot = false;
  int32_t slot = 0;

  bool IsFloating() const { return value->rep == IrRep::kDouble; }
  int begin() const { return ranges.front().begin; }
  int end() const { return ranges.back().end; }
  bool Covers(int position) const;
  // The first use at or behind `position` that needs a register, or kNever.
  int NextRegisterUse(int position) const;
  // The first position where both are alive, or kNever.
  int Meets(const Interval& other) const;
  // The part in which the value is at `position`; of the first part.
  Interval* PartAt(int position);
};

// Positions of nodes and blocks.
struct Numbering {
  std::vector<int> of_node;      // by node id; -1 for values without code
  std::vector<int> block_begin;  // by block id
  std::vector<int> block_end;    // exclusive: begin of the next one
  std::vector<Node*> at;         // by position / 2; null where a block begins
  size_t BlockAt(int position) const;
};

// A set of values, by node id.
class ValueSet {
 public:
  explicit ValueSet(size_t count = 0) : words_((count + 63) / 64, 0) {}
  bool Has(uint32_t id) const { return (words_[id / 64] >> (id % 64) & 1) != 0; }
  void Add(uint32_t id) { words_[id / 64] |= uint64_t{1} << (id % 64); }
  void Remove(uint32_t id) { words_[id / 64] &= ~(uint64_t{1} << (id % 64)); }
  void AddAll(const ValueSet& other) {
    for (size_t w = 0; w < other.words_.size(); ++w) words_[w] |= other.words_[w];
  }
  template <typename F>
  void ForEach(F f) const {
    for (size_t w = 0; w < words_.size(); ++w) {
      for (uint64_t left = words_[w]; left != 0; left &= left - 1)
        f(w * 64 + static_cast<size_t>(std::countr_zero(left)));
    }
  }

 private:
  std::vector<uint64_t> words_;
};

class LiveIntervals {
 public:
  using Constraints = NodeConstraints (*)(const Node&);

  LiveIntervals(Graph& graph, Constraints constraints);

  // The interval of a node's value, or null.
  Interval* Of(const Node* node) const { return by_node_[node->id]; }
  const std::vector<Interval*>& all() const { return all_; }
  const Numbering& numbering() const { return numbering_; }
  const NodeConstraints& ConstraintsOf(const Node* node) const { return constraints_[node->id]; }
  // Values needed at the start of a block; phis of the block apart.
  const std::vector<std::vector<Node*>>& live_in() const { return live_in_; }
  // Positions at which all registers are overwritten, and single ones by {position range, masks}.
  struct Clobber {
    Range range;
    RegisterSet registers;
  };
  const std::vector<Clobber>& clobbers() const { return clobbers_; }
  const std::vector<int>& calls() const { return calls_; }

  // Cuts the interval at `position`, which lies inside it; answers the rest, which is a new
  // interval.
  Interval* Split(Interval* interval, int position);

  static bool HasPlace(const Node* node) {
    return node != nullptr && !node->IsAnyConstant() && node->op != IrOp::kVirtual &&
           node->rep != IrRep::kNone;
  }

 private:
  void Number();
  void Build();
  Interval* Make(Node* node);
  void AddRange(Node* node, int begin, int end);
  void BuildNode(Node* node, ValueSet& live, int block_begin);

  Graph& graph_;
  Constraints query_;
  Numbering numbering_;
  std::vector<NodeConstraints> constraints_;
  std::deque<Interval> storage_;
  std::vector<Interval*> by_node_;
  std::vector<Interval*> all_;
  std::vector<std::vector<Node*>> live_in_;
  std::vector<Node*> nodes_;  // by id, those with places
  std::vector<Clobber> clobbers_;
  std::vector<int> calls_;
};

}  // namespace som::jit
