// Primitives of Integer alone: exact division, bits, roots, conversions. Arithmetic that Doubles
// take part in is in number.cc.
#include <cmath>
#include <random>

#include "primitives/primitive.h"
#include "vm/text/number_text.h"

namespace som::primitives {

namespace {

// Both operands must be Integers.
Value ApplyBits(VM& vm, Value (*function)(VM&, Value, Value), Value* arguments) {
  if (!IsInteger(arguments[0])) return FailType(vm, "Int", arguments[0]);
  if (!IsInteger(arguments[1])) return FailType(vm, "Int", arguments[1]);
  return function(vm, arguments[0], arguments[1]);
}

Value Shift(VM& vm, Value (*function)(VM&, Value, uint64_t), Value* arguments) {
  const Value receiver = arguments[0];
  const Value count = arguments[1];
  if (!IsInteger(receiver)) return FailType(vm, "Int", receiver);
  if (!IsNumber(count)) return FailNumeric(vm, count);
  if (!IsInteger(count)) return FailType(vm, "Int", count);
  if (Sign(count) < 0) return vm.Fail("Negative shift");
  if (!count.IsInt()) return vm.Fail("Shift too big");
  return function(vm, receiver, static_cast<uint64_t>(count.AsInt()));
}

std::mt19937_64& Generator() {
  static std::mt19937_64 generator{std::random_device{}()};
  return generator;
}

// The root of an Integer that is no square: a Double, or its exact value once it has no fraction.
Value RoundedRoot(VM& vm, Value integer) {
  auto [mantissa, exponent] = IntegerToScaledDouble(integer);
  if (exponent % 2 != 0) {
    mantissa *= 2;
    --exponent;
  }
  const double root = std::sqrt(mantissa);
  const auto shift = static_cast<int>(exponent / 2);
  const double scaled = std::ldexp(root, shift);
  if (std::isinf(scaled)) {
    constexpr int kFractionBits = 53;
    const Value whole = IntegerFromDouble(vm, std::ldexp(root, kFractionBits));
    return whole.IsUnwind() ? whole
                            : ShiftLeft(vm, whole, static_cast<uint64_t>(shift - kFractionBits));
  }
  return scaled == std::trunc(scaled) ? IntegerFromDouble(vm, scaled) : vm.MakeDouble(scaled);
}

}  // namespace

// Truncated toward zero, an Integer also if the divisor is a Double.
Value IntegerDivide(VM& vm, Value* arguments) {
  const Value a = arguments[0];
  const Value b = arguments[1];
  if (!IsInteger(a)) return FailType(vm, "Int", a);
  if (!IsNumber(b)) return FailNumeric(vm, b);
  if (CompareNumbers(b, Value::Int(0)) == 0) return vm.Fail("Division by zero");
  if (IsInteger(b)) return TruncatedQuotient(vm, a, b);
  const double quotient = ToDouble(a) / ToDouble(b);
  if (std::isinf(quotient)) return FailBeyondDoubles(vm);
  if (std::isnan(quotient)) return FailDomain(vm);
  return IntegerFromDouble(vm, quotient);
}

Value IntegerBitAnd(VM& vm, Value* arguments) { return ApplyBits(vm, BitAnd, arguments); }

Value IntegerBitOr(VM& vm, Value* arguments) { return ApplyBits(vm, BitOr, arguments); }

Value IntegerBitXor(VM& vm, Value* arguments) { return ApplyBits(vm, BitXor, arguments); }

Value IntegerShiftLeft(VM& vm, Value* arguments) { return Shift(vm, ShiftLeft, arguments); }

Value IntegerShiftRight(VM& vm, Value* arguments) { return Shift(vm, ShiftRight, arguments); }

Value IntegerAs32BitSigned(VM& vm, Value* arguments) {
  if (!IsInteger(arguments[0])) return FailType(vm, "Int", arguments[0]);
  return Value::Int(static_cast<int32_t>(Low32Bits(arguments[0])));
}

Value IntegerAs32BitUnsigned(VM& vm, Value* arguments) {
  if (!IsInteger(arguments[0])) return FailType(vm, "Int", arguments[0]);
  return Value::Int(Low32Bits(arguments[0]));
}

// An Integer for squares, otherwise a Double; NaN of negative numbers, in strict mode an error.
Value IntegerSqrt(VM& vm, Value* arguments) {
  const Value number = arguments[0];
  if (!IsInteger(number)) return FailType(vm, "Int", number);
  if (Sign(number) < 0) {
    if (vm.options().strict) return FailDomain(vm);
    return vm.MakeDouble(std::nan(""));
  }
  constexpr int64_t kExactInDouble = int64_t{1} << 52;
  if (number.IsInt() && number.AsInt() < kExactInDouble) {
    const double root = std::sqrt(static_cast<double>(number.AsInt()));
    const auto whole = static_cast<int64_t>(root);
    return whole * whole == number.AsInt() ? Value::Int(whole) : vm.MakeDouble(root);
  }
  bool is_exact = false;
  const Value root = IntegerSquareRoot(vm, number, &is_exact);
  if (root.IsUnwind() || is_exact) return root;
  if (arguments[0].IsInt())
    return vm.MakeDouble(std::sqrt(static_cast<double>(arguments[0].AsInt())));
  return RoundedRoot(vm, arguments[0]);
}

// From 0 up to, not including, the receiver.
Value IntegerAtRandom(VM& vm, Value* arguments) {
  if (!IsInteger(arguments[0])) return FailType(vm, "Int", arguments[0]);
  if (Sign(arguments[0]) <= 0) return FailDomain(vm);
  return RandomBelow(vm, arguments[0], Generator());
}

Value IntegerAsString(VM& vm, Value* arguments) {
  const Value number = arguments[0];
  if (!IsInteger(number)) return FailType(vm, "Int", number);
  if (number.IsInt() && number.AsInt() >= 0 && number.AsInt() <= 9) {
    return vm.characters().Single(static_cast<unsigned char>('0' + number.AsInt()));
  }
  const std::string digits = IntegerDigits(number);
  if (!vm.heap().CanAllocate(StringBytes(digits.size()))) return FailOutOfMemory(vm);
  return MakeString(vm.heap(), digits);
}

Value IntegerAsDouble(VM& vm, Value* arguments) {
  if (!IsInteger(arguments[0])) return FailType(vm, "Int", arguments[0]);
  if (vm.options().strict && IsBeyondDoubles(arguments[0])) return FailBeyondDoubles(vm);
  return vm.MakeDouble(IntegerToDouble(arguments[0]));
}

// The Array of the Integers from the receiver to the limit.
Value IntegerTo(VM& vm, Value* arguments) {
  if (!arguments[0].IsInt()) return FailType(vm, "Int", arguments[0]);
  if (!arguments[1].IsInt()) return FailType(vm, "Int", arguments[1]);
  const int64_t first = arguments[0].AsInt();
  const int64_t length = std::max<int64_t>(0, arguments[1].AsInt() - first + 1);
  if (!vm.heap().CanAllocateArray(length)) return FailOutOfMemory(vm);
  const Value array = vm.MakeNilArray(static_cast<size_t>(length));
  for (int64_t i = 0; i < length; ++i) As<Array>(array)->elements[i] = Value::Int(first + i);
  return array;
}

Value IntegerFromString(VM& vm, Value* arguments) {
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  const std::string_view text = As<String>(arguments[1])->View();
  if (!IsIntegerText(text)) {
    return vm.Fail(Concat("'", text, "' cannot be converted to an Integer"));
  }
  return IntegerFromDigits(vm, text);
}

}  // namespace som::primitives
