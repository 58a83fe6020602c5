// The compiled tier as the rest of the VM sees it: when code is made, entered, left and thrown
// away. Everything else of vm/jit/ is its own affair. docs/jit/ is the guide.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "vm/method.h"
#include "vm/value.h"

namespace som {

class VM;

namespace jit {

struct ExitState;

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
  // Null on machines that the emitter does not know. Where no executable memory can be had, nothing
  // is ever compiled.
  static std::unique_ptr<Tier> Make(VM& vm);

  // For --version: the machine that code is made for, or why none is made here.
  static std::string Description();

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

  // The safepoint that a compiled activation has stored as the ip of its frame, and what the
  // collector has to know of it.
  virtual const ExitState& SafepointOf(const Value* base) const = 0;
  virtual FrameRoots RootsOf(Value* base) const = 0;
};

// Whether the frame at `base` is that of compiled code: its ip is the number of a safepoint.
bool IsCompiledFrame(const Value* base);

// One of the activations that a frame stands for; the only one, for frames of the interpreter.
struct ActivationView {
  Value* base;
  Method* method;
  CodeUnit* ip;
};
// Innermost first.
void AppendActivations(VM& vm, Value* base, std::vector<ActivationView>* activations);

// The base of the innermost activation of the newest frame.
Value* InnermostBase(VM& vm);

}  // namespace jit
}  // namespace som
