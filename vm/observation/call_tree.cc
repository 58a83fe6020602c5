// See call_tree.h.
#include "vm/observation/call_tree.h"

#include <utility>

#include "vm/interpreter/activations.h"
#include "vm/vm.h"

namespace som {

void CallTree::Add(VM& vm, const Place* leaf, double weight, double samples,
                   const std::vector<ActivationView>* newest, bool replaces) {
  total_weight_ += weight;
  ++sample_count_;
  activations_.clear();
  FrameIterator frame(vm);
  if (newest != nullptr) {
    activations_ = *newest;
    if (replaces && !frame.done()) frame.Next();
  }
  for (; !frame.done() && activations_.size() < kMaxDepth; frame.Next())
    frame.AppendActivations(&activations_);
  uint32_t node = kNoParent;
  for (size_t i = activations_.size(); i-- > 0;)
    node = ChildOf(node, {activations_[i].method, activations_[i].ip, 0});
  if (leaf != nullptr) node = ChildOf(node, *leaf);
  if (node == kNoParent) {
    weight_outside_ += weight;
    return;
  }
  nodes_[node].weight += weight;
  nodes_[node].samples += samples;
}

uint32_t CallTree::ChildOf(uint32_t parent, const Place& place) {
  auto [it, is_new] = children_.try_emplace({parent, place}, static_cast<uint32_t>(nodes_.size()));
  if (is_new) nodes_.push_back({parent, place});
  return it->second;
}

}  // namespace som
