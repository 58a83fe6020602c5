// Integers of any size: arithmetic on Values that are small integers or BigInteger objects, on top
// of GMP. No other file knows GMP. Results are canonical: what fits a small integer never becomes a
// BigInteger. Decimal text is in number_text.h, arithmetic with a Double on either side in
// numeric.h.
//
// Operands may be in movable space: every function reads them completely before it allocates.
// Functions that take VM& are safepoints; they answer Value::Unwind() after an error, which for all
// of them includes a result too large for the heap.
#pragma once

#include <compare>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include "vm/objects/object.h"
#include "vm/objects/value.h"

namespace som {

class Heap;
class VM;

inline bool IsBigInteger(Value v) { return IsKind(v, Kind::kBigInteger); }
inline bool IsInteger(Value v) { return v.IsInt() || IsBigInteger(v); }

// The largest BigInteger, in 64-bit limbs (1 GB): far below where GMP gives up.
constexpr size_t kMaxBigIntegerLimbs = size_t{1} << 27;

// --- Making ---
Value IntegerFromInt64(Heap& heap, int64_t i);  // SAFEPOINT
// `d` without its fraction; `d` must be finite.
Value IntegerFromDouble(VM& vm, double d);
// `digits`: decimal digits, perhaps after a '-'.
Value IntegerFromDigits(VM& vm, std::string_view digits);
// The same in old space, for literals; does not collect.
Value OldIntegerFromDigits(Heap& heap, std::string_view digits);

// --- Arithmetic ---
// The operands of all that follows must be Integers.
Value Add(VM& vm, Value a, Value b);
Value Subtract(VM& vm, Value a, Value b);
Value Multiply(VM& vm, Value a, Value b);
// Quotient truncated toward zero, remainder with the sign of the dividend, and remainder with the
// sign of the divisor. `b` must not be zero.
Value TruncatedQuotient(VM& vm, Value a, Value b);
Value TruncatedRemainder(VM& vm, Value a, Value b);
Value FlooredRemainder(VM& vm, Value a, Value b);

// --- Bits: two's complement of unlimited width ---
Value BitAnd(VM& vm, Value a, Value b);
Value BitOr(VM& vm, Value a, Value b);
Value BitXor(VM& vm, Value a, Value b);
// Fails with "Shift too big" where the result could not exist.
Value ShiftLeft(VM& vm, Value a, uint64_t count);
// Logical on the 64-bit pattern of what fits 64 bits with sign, arithmetic on everything larger.
Value ShiftRight(VM& vm, Value a, uint64_t count);
uint32_t Low32Bits(Value a);

// --- Roots, random numbers ---
// The largest Integer whose square is not above `a`, which must not be negative. `*exact`: whether
// it is the root.
Value IntegerSquareRoot(VM& vm, Value a, bool* exact);
// Evenly distributed from 0 up to, not including, `bound`, which must be positive.
Value RandomBelow(VM& vm, Value bound, std::mt19937_64& generator);

// --- Comparing and converting: neither allocate in the heap nor fail -----------------------------
int Sign(Value a);  // -1, 0, 1
std::strong_ordering CompareIntegers(Value a, Value b);
// By exact value; unordered for NaN.
std::partial_ordering CompareIntegerToDouble(Value a, double d);
// The nearest double; infinite beyond the largest one.
double IntegerToDouble(Value a);
// `a` as mantissa * 2^exponent, the mantissa rounded to the nearest double and finite for every
// `a`.
struct ScaledDouble {
  double mantissa = 0;
  int64_t exponent = 0;
};
ScaledDouble IntegerToScaledDouble(Value a);
std::string IntegerDigits(Value a);

}  // namespace som
