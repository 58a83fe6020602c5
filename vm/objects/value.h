// The 64-bit word that every SOM value is: small integer, pointer to a heap object, or immediate
// double. Nothing here knows what an object looks like.
//
//   63                                        2 1 0
//   [ integer, 62 bits, two's complement       |0 0]
//   [ address of a heap object (8-aligned)      |0 1]   address + 1
//   [ rotl(IEEE bits, 4) - 1                    |1 x]   exactly the doubles whose top three
//   exponent bits are
//                                                       000, 011, 100 or 111: zero, about
//                                                       1e-77..1e77, inf, NaN
//
// Add, subtract and compare work on tagged integers; overflow is the CPU's flag. The double
// encoding is a form of self-tagging of floats: the tag is part of the rotated exponent, so nearly
// all doubles cost no heap object. The remaining ones are boxed (object.h). Both have one
// representation only: an integer that fits is never a big integer, a double that fits is never
// boxed (unless the VM runs with --doubles=boxed, where all are boxed).
#pragma once

#include <bit>
#include <cstdint>

namespace som {

struct Object;

class Value {
 public:
  static constexpr int kIntBits = 62;
  static constexpr int64_t kMaxInt = (int64_t{1} << (kIntBits - 1)) - 1;
  static constexpr int64_t kMinInt = -kMaxInt - 1;
  static constexpr uint64_t kTagMask = 3;
  static constexpr uint64_t kObjectTag = 1;
  static constexpr uint64_t kDoubleBit = 2;

  constexpr Value() : bits_(0) {}
  static constexpr Value FromBits(uint64_t bits) { return Value(bits); }
  constexpr uint64_t bits() const { return bits_; }

  // A pointer to nothing: never a SOM value. Returned through C++ activations while the stack
  // unwinds.
  static constexpr Value Unwind() { return Value(kObjectTag); }
  constexpr bool IsUnwind() const { return bits_ == kObjectTag; }

  // Same word. For objects that is identity; numbers need Numeric comparison (primitives).
  friend constexpr bool operator==(Value a, Value b) = default;

  // --- Small integers ---
  constexpr bool IsInt() const { return (bits_ & kTagMask) == 0; }
  static constexpr bool FitsInt(int64_t i) { return i >= kMinInt && i <= kMaxInt; }
  static constexpr Value Int(int64_t i) { return Value(static_cast<uint64_t>(i) << 2); }
  constexpr int64_t AsInt() const { return static_cast<int64_t>(bits_) >> 2; }
  static constexpr bool BothInt(Value a, Value b) { return ((a.bits_ | b.bits_) & kTagMask) == 0; }

  // --- Immediate doubles ---
  constexpr bool IsImmediateDouble() const { return (bits_ & kDoubleBit) != 0; }
  static constexpr bool BothImmediateDouble(Value a, Value b) {
    return (a.bits_ & b.bits_ & kDoubleBit) != 0;
  }
  constexpr double AsImmediateDouble() const {
    return std::bit_cast<double>(std::rotr(bits_ + 1, 4));
  }
  // The word for `d`; a valid value only if IsImmediateDouble() holds of it.
  static constexpr Value EncodeDouble(double d) {
    return Value(std::rotl(std::bit_cast<uint64_t>(d), 4) - 1);
  }

  // --- Heap objects ---
  constexpr bool IsObject() const { return (bits_ & kTagMask) == kObjectTag; }
  static Value FromObject(const Object* object) {
    return Value(reinterpret_cast<uint64_t>(object) + kObjectTag);
  }
  Object* AsObject() const { return reinterpret_cast<Object*>(bits_ - kObjectTag); }

 private:
  explicit constexpr Value(uint64_t bits) : bits_(bits) {}
  uint64_t bits_;
};

static_assert(sizeof(Value) == 8);
static_assert(Value::EncodeDouble(1.0).IsImmediateDouble());
static_assert(Value::EncodeDouble(-0.0).IsImmediateDouble());
static_assert(!Value::EncodeDouble(1e100).IsImmediateDouble());

}  // namespace som
