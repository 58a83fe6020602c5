// Giving up an inlined send: when the operand of an inlined conditional or loop is not one that its
// jumps are right for, the method is compiled again with that send as a real one, the running
// activation is rebuilt for the new code and goes on there, and later activations start in the new
// code. The entry point, Deoptimize, is declared in slow_paths.h.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "compiler/compile.h"
#include "vm/code/method.h"

namespace som {

class VM;

class Deoptimizer {
 public:
  explicit Deoptimizer(VM& vm) : vm_(vm) {}

  struct Version {
    Method* home = nullptr;  // the new version
    uint32_t unit = 0;
    uint32_t resume_offset = 0;
    uint32_t dropped_contexts = 0;
    std::vector<ContextTransfer> transfers;
  };
  // The version of `method` (a unit of its home) without the inlined send `key`; compiled once.
  const Version& VersionWithout(Method* method, uint32_t key);

 private:
  VM& vm_;
  std::map<std::pair<const Method*, uint32_t>, Version> versions_;
};

// A closure that answers a value known already when it is evaluated for the first time, and is an
// ordinary closure from then on. `slots` are on the value stack: the ordinary closure, without
// parameters, and the value. SAFEPOINT.
Value PrimeClosure(VM* vm, const Value* slots);

}  // namespace som
