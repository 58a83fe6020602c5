// Small inline functions that the handlers of all engines share: contexts, operand checks, array
// access, identity. Fast paths only; none of them allocates or sends.
#pragma once

#include <cstdint>
#include <cstring>

#include "compiler/bytecode.h"
#include "vm/code/frame.h"
#include "vm/objects/object.h"
#include "vm/objects/value.h"
#include "vm/objects/well_known.h"
#include "vm/text/string_object.h"

namespace som {

// A signed 32-bit operand; operands of two units are stored low half first.
inline int32_t Operand32(const CodeUnit* at) {
  int32_t value;
  std::memcpy(&value, at, sizeof(value));
  return value;
}

// Takes one from the budget; whether that makes it negative. One instruction where that is
// possible, so that a signal's handler that writes the budget is not overwritten.
inline bool CountDown(int64_t& budget) {
#if defined(__x86_64__)
  bool is_negative;
  asm("decq %0" : "+m"(budget), "=@ccs"(is_negative));
  return is_negative;
#else
  return --budget < 0;
#endif
}

// The datum that the instruction at `ip` names by its first operand: the linker made it a byte
// distance from the instruction.
template <typename T>
inline T* InstructionData(CodeUnit* ip) {
  return reinterpret_cast<T*>(reinterpret_cast<char*>(ip) + Operand32(ip + 1));
}

inline Context* ContextAt(const Value* base, int depth) {
  auto* context = As<Context>(base[kFrameContext]);
  for (; depth > 0; --depth) context = As<Context>(context->outer);
  return context;
}

// Whether at least one operand is an immediate double and the other one too or a small integer;
// then their values.
[[gnu::always_inline]] inline bool DoubleOperands(Value a, Value b, double* x, double* y) {
  if (Value::BothImmediateDouble(a, b)) [[likely]] {
    *x = a.AsImmediateDouble();
    *y = b.AsImmediateDouble();
    return true;
  }
  if (a.IsImmediateDouble() && b.IsInt()) {
    *x = a.AsImmediateDouble();
    *y = static_cast<double>(b.AsInt());
    return true;
  }
  if (a.IsInt() && b.IsImmediateDouble()) {
    *x = static_cast<double>(a.AsInt());
    *y = b.AsImmediateDouble();
    return true;
  }
  return false;
}

// The same where the values are compared: exact only as long as the integer has a double of its
// own.
[[gnu::always_inline]] inline bool ComparableOperands(Value a, Value b, double* x, double* y) {
  auto is_exact = [](Value integer) {
    constexpr uint64_t kExact = uint64_t{1} << 53;
    return static_cast<uint64_t>(integer.AsInt()) + kExact <= 2 * kExact;
  };
  if (Value::BothImmediateDouble(a, b)) [[likely]] {
    *x = a.AsImmediateDouble();
    *y = b.AsImmediateDouble();
    return true;
  }
  if (a.IsImmediateDouble() && b.IsInt() && is_exact(b)) {
    *x = a.AsImmediateDouble();
    *y = static_cast<double>(b.AsInt());
    return true;
  }
  if (a.IsInt() && b.IsImmediateDouble() && is_exact(a)) {
    *x = static_cast<double>(a.AsInt());
    *y = b.AsImmediateDouble();
    return true;
  }
  return false;
}

// As DoubleOperands, two small integers included.
[[gnu::always_inline]] inline bool NumberOperands(Value a, Value b, double* x, double* y) {
  if (Value::BothInt(a, b)) {
    *x = static_cast<double>(a.AsInt());
    *y = static_cast<double>(b.AsInt());
    return true;
  }
  return DoubleOperands(a, b, x, y);
}

// The element of an Array (of class Array itself) at a valid index, or null.
[[gnu::always_inline]] inline Value* ArrayElement(Value array, Value index) {
  if (!array.IsObject() || !index.IsInt()) [[unlikely]] {
    return nullptr;
  }
  Array* object = As<Array>(array);
  // Tagged index minus tagged one, unsigned: zero and negative indexes become huge.
  if (object->class_index() != kArrayClass ||
      index.bits() - Value::Int(1).bits() >= object->length.bits()) [[unlikely]] {
    return nullptr;
  }
  return reinterpret_cast<Value*>(reinterpret_cast<char*>(object->elements) +
                                  (index.bits() - Value::Int(1).bits()) * 2);
}

enum class Identity { kSame, kDifferent, kUnknown };

// == of two values, as far as their words tell: numbers that are not both small integers are for
// the primitive.
[[gnu::always_inline]] inline Identity CompareIdentity(Value a, Value b) {
  if (a.IsObject()) {
    uint32_t class_index = a.AsObject()->class_index();
    // A boxed NaN is not even the same as itself.
    if (a == b && class_index != kDoubleClass) return Identity::kSame;
    return class_index == kIntegerClass || class_index == kDoubleClass ? Identity::kUnknown
                                                                       : Identity::kDifferent;
  }
  if (Value::BothInt(a, b)) return a == b ? Identity::kSame : Identity::kDifferent;
  return Identity::kUnknown;
}

// An instance of String or Symbol themselves: a subclass would have its own class index.
inline bool IsStringObject(Value v) {
  if (!v.IsObject()) return false;
  uint32_t class_index = v.AsObject()->class_index();
  return class_index == kStringClass || class_index == kSymbolClass;
}

inline bool StringsEqual(Value a, Value b) {
  if (a == b) return true;
  const String* x = As<String>(a);
  const String* y = As<String>(b);
  if (x->char_length != y->char_length) return false;
  if (x->symbol_index != 0 && y->symbol_index != 0) return false;  // interned
  if (x->byte_length == 1 && y->byte_length == 1) return x->bytes[0] == y->bytes[0];
  return x->View() == y->View();
}

}  // namespace som
