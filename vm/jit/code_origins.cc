// See code_origins.h.
#include "vm/jit/code_origins.h"

#include <algorithm>
#include <iterator>

namespace som::jit {

void CodeOrigins::RoundBegun(Method& method) {
  activations_ = {{kUnknown, 0, &method}};
  nodes_.clear();
}

void CodeOrigins::ActivationInlined(uint32_t caller, uint32_t offset, Method& method) {
  activations_.push_back({caller, offset, &method});
}

void CodeOrigins::NodeMade(uint32_t node, uint32_t activation, uint32_t offset) {
  if (node >= nodes_.size()) nodes_.resize(node + 1);
  nodes_[node] = {activation, offset};
}

void CodeOrigins::CodeBegun(uint32_t code_offset, uint32_t node) {
  if (node < nodes_.size() && nodes_[node].activation != kUnknown)
    parts_.push_back({code_offset, node});
}

void CodeOrigins::AppendActivationsAt(uint32_t code_offset,
                                      std::vector<ActivationView>* activations) const {
  auto behind =
      std::upper_bound(parts_.begin(), parts_.end(), code_offset,
                       [](uint32_t offset, const Part& part) { return offset < part.code_offset; });
  Node at{0, 0};
  if (behind != parts_.begin()) at = nodes_[std::prev(behind)->node];
  while (at.activation != kUnknown) {
    const Activation& activation = activations_[at.activation];
    activations->push_back({nullptr, activation.method, activation.method->code + at.offset});
    at = {activation.caller, activation.offset};
  }
}

}  // namespace som::jit
