// What Integers and Doubles have in common: mixed arithmetic, comparison and identity by exact
// value, hashing, conversion to double. Only what takes VM& allocates in the heap or fails.
#pragma once

#include <cmath>
#include <compare>

#include "vm/numbers/big_integer.h"
#include "vm/vm.h"

namespace som {

inline bool IsDouble(Value v) { return v.IsImmediateDouble() || IsKind(v, Kind::kDouble); }
inline bool IsNumber(Value v) { return IsInteger(v) || IsDouble(v); }

// The nearest double of any number.
inline double ToDouble(Value number) {
  if (number.IsInt()) return static_cast<double>(number.AsInt());
  return IsDouble(number) ? VM::DoubleOf(number) : IntegerToDouble(number);
}

// Exact for two Integers, otherwise a Double. SAFEPOINT each; Value::Unwind() after an error.
Value AddNumbers(VM& vm, Value a, Value b);
Value SubtractNumbers(VM& vm, Value a, Value b);
Value MultiplyNumbers(VM& vm, Value a, Value b);

// Whether `number` is an Integer that no finite double comes near: what strict mode does not
// convert.
bool IsBeyondDoubles(Value number);
Value FailBeyondDoubles(VM& vm);  // Can't represent as double

// Exact for every mix of numbers; NaN is unordered with everything.
std::partial_ordering CompareNumbers(Value a, Value b);

// Identity as `==` sees it: numbers by value, everything else by address.
bool IsIdentical(Value a, Value b);

// The quotient of two Integers as a double; right also where the operands are beyond the doubles
// but their quotient is not.
double QuotientOfIntegers(Value a, Value b);

// An Integer; the same for all numbers that are equal, and for an Integer itself. SAFEPOINT.
Value HashOfNumber(VM& vm, Value number);

// That of a double that no Integer equals: NaN, an infinity, or one with a fraction.
int64_t HashOfFraction(double d);
inline bool IsWhole(double d) { return std::isfinite(d) && d == std::trunc(d); }

}  // namespace som
