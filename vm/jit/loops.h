// What passes ask about the shape of an ordered graph: dominators, and the loops with what is
// written in them.
#pragma once

#include <cstdint>
#include <set>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/jit/ir.h"

namespace som::jit {

// Immediate dominators, by block id; the entry's is itself. (Cooper, Harvey and Kennedy, "A Simple,
// Fast Dominance Algorithm", 2001.)
class Dominators {
 public:
  explicit Dominators(const Graph& graph);
  Block* Immediate(const Block* block) const { return immediate_[block->id]; }
  bool Dominates(const Block* above, const Block* below) const;
  // Whether control has passed one of `places` wherever it reaches `block`.
  bool IsBehindAny(const std::vector<const Block*>& places, const Block* block) const;

 private:
  std::vector<Block*> immediate_;
};

// The memory that a load or store is about, as one number: stores to other numbers do not change
// it. 0 for nodes that are about none.
uint64_t MemoryKeyOf(const Node& node);

struct LoopInfo {
  Block* header = nullptr;
  std::vector<Block*> body;     // the header included
  std::vector<Block*> latches;  // sources of back edges
  Block* preheader = nullptr;   // the only way in, if that block leads nowhere else; or null
  bool calls = false;           // may run any code
  std::set<uint64_t> written;   // memory keys
  bool Contains(const Block* block) const { return members.contains(block); }
  std::set<const Block*> members;
};

// Inner loops first.
std::vector<LoopInfo> FindLoops(const Graph& graph);

// A variable of a loop that a constant is added to in each round, up or down, until it has passed a
// limit that comes from outside.
struct Counter {
  const Node* phi = nullptr;
  Node* first = nullptr;
  Node* next = nullptr;   // what it is in the next round
  Node* limit = nullptr;  // the last value, or beyond it where the steps do not meet it
  int64_t step = 0;       // negative: it counts down
};

// Those that the branch in front of the only back edge tests: the loop must have a preheader. That
// the limit is a small integer is for the caller to find out.
std::vector<Counter> CountersOf(const LoopInfo& loop);

// Which words from outside a loop are known to be of a type in front of it: by what they are, or by
// a check.
class KnownTypes {
 public:
  KnownTypes(const Graph& graph, const Dominators& dominators);
  // Whether the value is a small integer, an immediate double or a Boolean, as `type` says,
  // wherever control reaches `at`.
  bool Is(Type type, const Node* node, const Block* at) const;
  bool IsInt(const Node* node, const Block* at) const { return Is(Type::Int(), node, at); }
  // What a check that stands in `block` tells; nothing of other nodes.
  void Learn(const Node* check, const Block* block);

 private:
  struct Checked {
    Type type;
    const Block* block;
  };
  const Dominators& dominators_;
  absl::flat_hash_map<const Node*, std::vector<Checked>> checked_;
};

}  // namespace som::jit
