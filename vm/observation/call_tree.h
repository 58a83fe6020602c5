// The stacks that a profiler has seen, as a tree: a node for each place that was called from the
// same chain of places, with the weight of what was seen there. Places are kept as they are found,
// as addresses of bytecodes; what they are called is profile.h's affair.
#pragma once

#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "vm/code/tier.h"

namespace som {

class VM;

class CallTree {
 public:
  // Of a stack that is deeper, so many of the newest activations are kept.
  static constexpr size_t kMaxDepth = 1000;
  static constexpr uint32_t kNoParent = UINT32_MAX;

  struct Place {
    const Method* method = nullptr;  // null: no activation, but an object of the class `index`
    const CodeUnit* ip = nullptr;
    uint32_t class_index = 0;
    friend bool operator==(const Place&, const Place&) = default;
    template <typename H>
    friend H AbslHashValue(H h, const Place& place) {
      return H::combine(std::move(h), place.method, place.ip, place.class_index);
    }
  };
  struct Node {
    uint32_t parent = kNoParent;
    Place place;
    double weight = 0;   // of samples that ended here
    double samples = 0;  // their number; of objects: how many they stand for
  };

  // Adds a sample of the running activations, with `leaf` inside the newest one unless it is null.
  // `newest`: activations, innermost first, that stand for those of the newest frame where
  // `replaces`, or have been called by it. Does not allocate objects.
  void Add(VM& vm, const Place* leaf, double weight, double samples,
           const std::vector<ActivationView>* newest = nullptr, bool replaces = false);

  // Parents stand in front of their children.
  const std::deque<Node>& nodes() const { return nodes_; }
  // Samples and weight of all, those without an activation included.
  double total_weight() const { return total_weight_; }
  uint64_t sample_count() const { return sample_count_; }
  double weight_outside() const { return weight_outside_; }

 private:
  uint32_t ChildOf(uint32_t parent, const Place& place);

  std::deque<Node> nodes_;
  absl::flat_hash_map<std::pair<uint32_t, Place>, uint32_t> children_;
  std::vector<ActivationView> activations_;  // of one sample; kept for its room
  double total_weight_ = 0;
  double weight_outside_ = 0;
  uint64_t sample_count_ = 0;
};

}  // namespace som
