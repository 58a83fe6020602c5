// The frame of an activation on the value stack. The walk over all of them is
// interpreter/activations.h.
//
//   low    [self][arg 1]..[arg n]  [previous | method | ip | context | self | home id]  [locals]
//   [-][operands ->    high
//           pushed by the caller    ^ base                                               ^ base +
//           kFrameHeaderWords
//
// The result of a send overwrites the receiver's slot. Arguments and locals stand at constant
// distances from the base. The word in front of the operands is the home of the register that
// caches the top of an empty stack; it is never read. Of the header, context is valid only in code
// that uses contexts or is a closure's, home id only in a method that closures may return through.
// ip is stored before anything that may collect, send or fail. In a closure's frame the receiver's
// slot holds the closure and the header's self is the receiver of the home method.
#pragma once

#include <cstdint>

#include "vm/code/method.h"
#include "vm/objects/value.h"

namespace som {

enum FrameSlot {
  kFramePrevious = 0,
  kFrameMethod = 1,
  kFrameIp = 2,
  kFrameContext = 3,
  kFrameSelf = 4,
  kFrameHomeId = 5,
  kFrameHeaderWords = 6,
};

// Raw words (addresses) in frame slots.
inline Value RawWord(const void* address) {
  return Value::FromBits(reinterpret_cast<uint64_t>(address));
}
template <typename T>
T* FromRawWord(Value word) {
  return reinterpret_cast<T*>(word.bits());
}

inline Value* FramePrevious(const Value* base) { return FromRawWord<Value>(base[kFramePrevious]); }
inline Method* FrameMethod(const Value* base) { return FromRawWord<Method>(base[kFrameMethod]); }
// Whether the frame is that of compiled code: its ip is the number of a safepoint, shifted left,
// and 1.
inline bool IsCompiledFrame(const Value* base) { return (base[kFrameIp].bits() & 1) != 0; }
inline CodeUnit* FrameIp(const Value* base) { return FromRawWord<CodeUnit>(base[kFrameIp]); }
// The receiver as the caller pushed it: self, or the closure of a block activation.
inline Value* FrameReceiver(Value* base) { return base - FrameMethod(base)->argument_count - 1; }
inline Value* FrameLocals(Value* base) { return base + kFrameHeaderWords; }
// Where the stack pointer stands when the operand stack is empty; in a loop variant when nothing
// but the number of iterations left is on it.
inline Value* FrameEmptyStack(Value* base) {
  const Method* method = FrameMethod(base);
  return FrameLocals(base) + method->local_count + (method->is_loop_variant ? 1 : 0);
}

// Identity of an activation that closures may return through: a bit pattern that no Value has, so
// that a stale stack slot is never taken for it. 0: the activation is over.
inline uint64_t MakeHomeId(uint64_t serial) { return (serial << 3) | 1 | (uint64_t{1} << 63); }

}  // namespace som
