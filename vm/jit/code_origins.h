// From an address in compiled code back to the source: the bytecode, and the activations around it,
// that the instruction there was made for. Kept where a profiler asks (Options::profiles); the
// builder and the emitter fill it in.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/code/tier.h"

namespace som::jit {

class CodeOrigins {
 public:
  // --- For the builder ---
  // A graph of the method is begun; what is known of an earlier one is forgotten.
  void RoundBegun(Method& method);
  // The next activation, by number: of `method`, called at the bytecode `offset` of `caller`.
  void ActivationInlined(uint32_t caller, uint32_t offset, Method& method);
  void NodeMade(uint32_t node, uint32_t activation, uint32_t offset);

  // --- For the emitter ---
  // The code from `code_offset` on is the node's. Offsets ascend.
  void CodeBegun(uint32_t code_offset, uint32_t node);

  // The activations at an offset in the code, innermost first and with null as their base, behind
  // what is in the list. Passes make nodes of their own: code of one belongs to what is in front.
  void AppendActivationsAt(uint32_t code_offset, std::vector<ActivationView>* activations) const;

 private:
  static constexpr uint32_t kUnknown = UINT32_MAX;
  struct Activation {
    uint32_t caller;
    uint32_t offset;
    Method* method;
  };
  struct Node {
    uint32_t activation = kUnknown;
    uint32_t offset = 0;
  };
  struct Part {
    uint32_t code_offset;
    uint32_t node;
  };
  std::vector<Activation> activations_;
  std::vector<Node> nodes_;
  std::vector<Part> parts_;
};

}  // namespace som::jit
