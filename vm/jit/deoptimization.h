// Leaving compiled code: rebuilding the interpreter's frames of all activations that the code stood
// for, and running them to their ends. What compiled code calls for it; each answers what the
// entered activation answers.
#pragma once

#include <cstdint>

#include "vm/code/method.h"
#include "vm/objects/value.h"

namespace som {

class VM;

namespace jit {

struct ExitState;

// All registers as a guard that failed found them.
struct RegisterFile {
  uint64_t general[16];
  double floating[16];
};

// A guard failed. `machine_sp` is the machine's stack pointer in the compiled code.
Value LeaveCompiledCode(VM* vm, const ExitState& exit, const RegisterFile* registers, Value* base,
                        const uint8_t* machine_sp);

// A call answered `result` which compiled code does not take: the stack unwinds, or the code has
// been invalidated meanwhile.
Value ReturnToInterpreter(VM* vm, const ExitState& exit, Value result, Value* base,
                          const uint8_t* machine_sp);

}  // namespace jit
}  // namespace som
