// What the compiled tier knows of a value: the lattice that builder and passes share.
//
//   kAnything > { kInt, kDouble, kObject > { kClass, kBoolean } } > kNothing
//
// kDouble of a tagged value says immediate double. kObject: a heap object of any class; kClass: of
// exactly one class. kBoolean: the objects true and false themselves; programs can make further
// instances of their classes.
#pragma once

#include <cstdint>

#include "vm/objects/value.h"
#include "vm/objects/well_known.h"

namespace som::jit {

struct Type {
  enum class Kind : uint8_t { kNothing, kAnything, kInt, kDouble, kBoolean, kObject, kClass };
  Kind kind = Kind::kAnything;
  uint32_t class_index = 0;  // of kClass

  static constexpr Type Anything() { return {Kind::kAnything, 0}; }
  static constexpr Type Nothing() { return {Kind::kNothing, 0}; }
  static constexpr Type Int() { return {Kind::kInt, 0}; }
  static constexpr Type Double() { return {Kind::kDouble, 0}; }
  static constexpr Type Boolean() { return {Kind::kBoolean, 0}; }
  static constexpr Type AnyObject() { return {Kind::kObject, 0}; }
  static constexpr Type OfClass(uint32_t index) { return {Kind::kClass, index}; }
  // Of a constant.
  static Type Of(Value v) {
    if (v.IsInt()) return Int();
    if (v.IsImmediateDouble()) return Double();
    if (v == True() || v == False()) return Boolean();
    return OfClass(v.AsObject()->class_index());
  }

  bool IsInt() const { return kind == Kind::kInt; }
  bool IsDouble() const { return kind == Kind::kDouble; }
  bool IsBoolean() const { return kind == Kind::kBoolean; }
  bool IsHeapObject() const {
    return kind == Kind::kObject || kind == Kind::kClass || kind == Kind::kBoolean;
  }
  bool IsClass(uint32_t index) const { return kind == Kind::kClass && class_index == index; }
  // Index of the only class that values of this type have, or kNoClass.
  uint32_t ExactClass() const {
    if (kind == Kind::kInt) return kIntegerClass;
    if (kind == Kind::kDouble) return kDoubleClass;
    return kind == Kind::kClass ? class_index : static_cast<uint32_t>(kNoClass);
  }
  // Whether storing it needs no write barrier: it is no pointer to an object that moves. (Neither
  // are constants.)
  bool NeedsNoBarrier() const { return IsInt() || IsDouble() || IsBoolean(); }
  friend bool operator==(Type a, Type b) = default;
};

// The smallest type that holds the values of both.
inline Type Join(Type a, Type b) {
  if (a == b || b.kind == Type::Kind::kNothing) return a;
  if (a.kind == Type::Kind::kNothing) return b;
  if (a.IsBoolean() && b.IsBoolean()) return Type::Boolean();
  if (a.IsHeapObject() && b.IsHeapObject()) return Type::AnyObject();
  return Type::Anything();
}

// Whether every value of `a` is one of `b`.
inline bool IsWithin(Type a, Type b) { return Join(a, b) == b; }

}  // namespace som::jit
