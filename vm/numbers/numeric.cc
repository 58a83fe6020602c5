// See numeric.h.
#include "vm/numbers/numeric.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <functional>

namespace som {

namespace {

std::partial_ordering Reversed(std::partial_ordering order) { return 0 <=> order; }

// `exact` of two Integers, `rounded` of everything else.
template <typename Rounded>
Value Calculate(VM& vm, Value (*exact)(VM&, Value, Value), Rounded rounded, Value a, Value b) {
  if (IsInteger(a) && IsInteger(b)) return exact(vm, a, b);
  if (vm.options().strict && (IsBeyondDoubles(a) || IsBeyondDoubles(b))) {
    return FailBeyondDoubles(vm);
  }
  return vm.MakeDouble(rounded(ToDouble(a), ToDouble(b)));
}

}  // namespace

Value AddNumbers(VM& vm, Value a, Value b) { return Calculate(vm, Add, std::plus<double>(), a, b); }

Value SubtractNumbers(VM& vm, Value a, Value b) {
  return Calculate(vm, Subtract, std::minus<double>(), a, b);
}

Value MultiplyNumbers(VM& vm, Value a, Value b) {
  return Calculate(vm, Multiply, std::multiplies<double>(), a, b);
}

bool IsBeyondDoubles(Value number) {
  return IsBigInteger(number) && std::isinf(IntegerToDouble(number));
}

Value FailBeyondDoubles(VM& vm) { return vm.Fail("Can't represent as double"); }

std::partial_ordering CompareNumbers(Value a, Value b) {
  const bool a_is_integer = IsInteger(a);
  const bool b_is_integer = IsInteger(b);
  if (a_is_integer && b_is_integer) return CompareIntegers(a, b);
  if (a_is_integer) return CompareIntegerToDouble(a, VM::DoubleOf(b));
  if (b_is_integer) return Reversed(CompareIntegerToDouble(b, VM::DoubleOf(a)));
  return VM::DoubleOf(a) <=> VM::DoubleOf(b);
}

bool IsIdentical(Value a, Value b) {
  if (IsNumber(a) && IsNumber(b)) return CompareNumbers(a, b) == 0;
  return a == b;
}

double QuotientOfIntegers(Value a, Value b) {
  const double x = IntegerToDouble(a);
  const double y = IntegerToDouble(b);
  if (!std::isinf(x) && !std::isinf(y)) return x / y;
  const ScaledDouble p = IntegerToScaledDouble(a);
  const ScaledDouble q = IntegerToScaledDouble(b);
  constexpr int64_t kBeyondDoubles = 4096;
  const int64_t exponent = std::clamp(p.exponent - q.exponent, -kBeyondDoubles, kBeyondDoubles);
  return std::ldexp(p.mantissa / q.mantissa, static_cast<int>(exponent));
}

Value HashOfNumber(VM& vm, Value number) {
  if (!IsDouble(number)) return number;
  const double d = VM::DoubleOf(number);
  if (IsWhole(d)) return IntegerFromDouble(vm, d);
  return Value::Int(HashOfFraction(d));
}

int64_t HashOfFraction(double d) {
  if (std::isnan(d)) return 1;
  // A multiplicative hash: its upper half depends on every bit.
  return static_cast<int64_t>((std::bit_cast<uint64_t>(d) * 0x9E3779B97F4A7C15u) >> 34);
}

}  // namespace som
