// The compiled tier as the rest of the VM sees it: when code is made, entered, left and thrown
// away. Who makes it is jit/jit.h; docs/jit/ is the guide.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/code/method.h"
#include "vm/objects/value.h"

namespace som {

// One of the activations that a frame stands for; the only one, for frames of the interpreter.
struct ActivationView {
  Value* base;
  Method* method;
  CodeUnit* ip;
};

namespace jit {

// Counts for reports.
struct Counters {
  uint64_t compiled = 0;
  uint64_t given_up = 0;
  uint64_t loop_entries = 0;
  uint64_t inlined = 0;
  uint64_t exits = 0;
  uint64_t invalidated = 0;
  uint64_t code_bytes = 0;
  uint64_t nanoseconds = 0;
};

// Where a compiled frame holds values: in `slots`, words from its base, and from `outgoing` on,
// where the arguments of its calls stand.
struct FrameRoots {
  const std::vector<int32_t>* slots;
  Value* outgoing;
};

class Tier {
 public:
  virtual ~Tier() = default;

  // An activation of the method is about to start, and it has been counted often enough: gives it
  // another entry, of compiled code or without counting.
  virtual void MethodIsHot(Method& method) = 0;

  // The activation at `base` has jumped back to `target`, one jump of many. Answers the entry of
  // code that goes on there, to be called with (vm, method, sp, base), or null. `sp` is the top of
  // its operand stack, which is all in memory.
  virtual Entry LoopIsHot(Value* base, const CodeUnit* target, const Value* sp) = 0;

  // An assumption that code relies on no longer holds: entries become the interpreter's,
  // activations leave when control returns to them.
  virtual void InvalidateAll() = 0;

  virtual const Counters& counters() const = 0;

  // What the collector has to know of a compiled frame.
  virtual FrameRoots RootsOf(Value* base) const = 0;

  // The activations that a compiled frame stands for, innermost first, behind what is in the list.
  virtual void AppendActivations(Value* base, std::vector<ActivationView>* activations) const = 0;

  // The same for the place in compiled code that a machine address is at, as far as it is known
  // what the instruction there comes from (Options::profiles); nothing for other addresses. The
  // views' bases are null. Answers whether `base`, which may be null, is a frame of that code.
  virtual bool AppendActivationsAt(uintptr_t address, const Value* base,
                                   std::vector<ActivationView>* activations) const = 0;
};

}  // namespace jit
}  // namespace som
