// The walk over the frames of the value stack, newest first: what collector, stack traces and
// unwinding know of activations. A frame of compiled code may stand for several of them.
#pragma once

#include <vector>

#include "vm/code/frame.h"
#include "vm/code/tier.h"
#include "vm/memory/roots.h"

namespace som {

class VM;

class FrameIterator {
 public:
  // Starts at the newest frame, as of the last call out of the engines (VM::base).
  explicit FrameIterator(VM& vm);

  bool done() const { return base_ == nullptr; }
  void Next() {
    top_ = base_;
    base_ = FramePrevious(base_);
  }
  Value* base() const { return base_; }

  // The activations that the frame stands for, innermost first, behind what is in the list.
  void AppendActivations(std::vector<ActivationView>* activations) const;

  // The values of the frame that are alive, with those between its operands and the next newer
  // frame: that one's arguments.
  void VisitLiveSlots(RootVisitor& visitor) const;

  // The end of what has not been visited: the oldest frame's arguments, when done.
  Value* top() const { return top_; }

 private:
  jit::Tier* tier_;
  Value* base_;
  Value* top_;  // behind the frame's last operand, or where the next newer frame begins
};

}  // namespace som
