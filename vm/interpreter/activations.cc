// See activations.h.
#include "vm/interpreter/activations.h"

#include "vm/vm.h"

namespace som {

FrameIterator::FrameIterator(VM& vm) : tier_(vm.tier()), base_(vm.base), top_(vm.sp + 1) {}

void FrameIterator::AppendActivations(std::vector<ActivationView>* activations) const {
  if (tier_ != nullptr && IsCompiledFrame(base_)) {
    tier_->AppendActivations(base_, activations);
  } else {
    activations->push_back({base_, FrameMethod(base_), FrameIp(base_)});
  }
}

void FrameIterator::VisitLiveSlots(RootVisitor& visitor) const {
  if (tier_ != nullptr && IsCompiledFrame(base_)) {
    const jit::FrameRoots roots = tier_->RootsOf(base_);
    for (int32_t slot : *roots.slots) visitor.Visit(&base_[slot]);
    if (roots.outgoing < top_) visitor.VisitRange(roots.outgoing, top_);
    return;
  }
  const Method* method = FrameMethod(base_);
  Value* locals = FrameLocals(base_);
  Value* operands = locals + method->local_count + 1;
  visitor.VisitRange(locals, locals + method->local_count);
  if (operands < top_) visitor.VisitRange(operands, top_);
  visitor.Visit(&base_[kFrameSelf]);
  if (method->has_context_slot) visitor.Visit(&base_[kFrameContext]);
}

}  // namespace som
