// From an ordered graph and the places of its values to x86-64 code. AsmJit encodes instructions;
// which ones is decided here: emit_values.cc, emit_memory.cc, emit_calls.cc, emit_control.cc, by
// kind of operation; emitter.cc has prologue and exits, stubs.h what all code shares.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "vm/code/global_cache.h"
#include "vm/jit/code.h"
#include "vm/jit/code_space.h"
#include "vm/jit/deoptimization.h"
#include "vm/jit/ir.h"
#include "vm/jit/register_allocator.h"
#include "vm/jit/x64/stubs.h"

namespace som {

struct Object;
struct SendSite;

namespace jit::x64 {

// What code refers to by address.
struct RuntimeAddresses {
  VM* vm = nullptr;
  void* base = nullptr;         // vm->base
  void* sp = nullptr;           // vm->sp
  void* stack_limit = nullptr;  // vm->stack_limit
  void* home_serial = nullptr;
  void* interrupt_pending = nullptr;
  void* heap_top = nullptr;  // the limit is the word behind it
  const GlobalCache::Entry* global_cache = nullptr;
  uint32_t settled_sends = 0;         // ExitState::sends_left of a send that has met another class
  const Value* characters = nullptr;  // the Strings of one ASCII character
  uint64_t young_begin = 0;
  uint64_t young_size = 0;
  int32_t* stress_counter = nullptr;  // null: exits are not stressed

  // Functions; each that answers a Value answers that of the entered activation, but for `send`,
  // `copy_array`, `class_of`, `has_own_nil_protocol` and `non_local_return`, which answer that of
  // the operation.
  Value (*exit)(VM*, uint32_t exit, const RegisterFile*, Value* base, const uint8_t* machine_sp);
  Value (*returned)(VM*, uint32_t exit, Value result, Value* base, const uint8_t* machine_sp);
  // An interrupt is pending: where the code goes on, null if it is to be left.
  const uint8_t* (*poll)(VM*, uint32_t exit, Value* base);
  Value (*interrupted)(VM*, uint32_t exit, Value* base, const uint8_t* machine_sp);
  Value (*send)(VM*, ExitState*, Value* sp, Value* base);
  Value (*non_local_return)(VM*, Value* base, Value result);
  Value (*copy_array)(VM*, Value literal);
  Value (*class_of)(VM*, Value value);
  Value (*has_own_nil_protocol)(VM*, Value value);
  Object* (*allocate)(VM*, uint64_t header, uint64_t bytes);
  Object* (*allocate_array)(VM*, uint64_t header, Value length);  // filled with nil
  void (*remember)(VM*, Object* holder, Value* slot);
  uint64_t (*same_text)(Value, Value);  // 0 or 1
  Stubs stubs;
  Entry interpreted_entry = nullptr;  // of the method being compiled
};

struct EmitRequest {
  Graph* graph = nullptr;
  const Allocation* allocation = nullptr;
  const RuntimeAddresses* addresses = nullptr;
  uint32_t first_exit = 0;  // index of the code's first exit in the table of all
  bool listing = false;
  const CodeOrigins* origins = nullptr;  // what the builder told of the nodes; null: nobody asks
};

// Null when there is no room for the code.
std::unique_ptr<CompiledCode> EmitCode(const EmitRequest& request, CodeSpace& space);

// Makes the calls that activations of the code are in return to the interpreter.
void PatchReturns(const CompiledCode& code, CodeSpace& space);

}  // namespace jit::x64
}  // namespace som
