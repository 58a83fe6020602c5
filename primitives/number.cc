// Primitives that Integer and Double share: arithmetic and comparison with any mix of the two. What
// only one of them has is in integer.cc and double.cc, counting loops in number_loops.cc.
#include <cmath>

#include "primitives/primitive.h"

namespace som::primitives {

namespace {

bool BothNumbers(Value* arguments) { return IsNumber(arguments[0]) && IsNumber(arguments[1]); }

bool BothIntegers(Value* arguments) { return IsInteger(arguments[0]) && IsInteger(arguments[1]); }

bool IsZero(Value number) { return CompareNumbers(number, Value::Int(0)) == 0; }

// The error of whichever is no number.
Value FailNoNumber(VM& vm, Value* arguments) {
  return FailNumeric(vm, arguments[IsNumber(arguments[0]) ? 1 : 0]);
}

Value Calculate(VM& vm, Value (*function)(VM&, Value, Value), Value* arguments) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  return function(vm, arguments[0], arguments[1]);
}

// The C library's remainder, for a Double on either side.
Value DoubleRemainder(VM& vm, Value* arguments) {
  return vm.MakeDouble(std::fmod(ToDouble(arguments[0]), ToDouble(arguments[1])));
}

template <typename Predicate>
Value Compare(VM& vm, Value* arguments, Predicate predicate) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  return Bool(predicate(CompareNumbers(arguments[0], arguments[1])));
}

}  // namespace

Value NumberAdd(VM& vm, Value* arguments) { return Calculate(vm, AddNumbers, arguments); }

Value NumberSubtract(VM& vm, Value* arguments) { return Calculate(vm, SubtractNumbers, arguments); }

Value NumberMultiply(VM& vm, Value* arguments) { return Calculate(vm, MultiplyNumbers, arguments); }

// Always a Double. Division by zero follows IEEE 754; strict mode makes it an error.
Value NumberFloatDivide(VM& vm, Value* arguments) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  const Value a = arguments[0];
  const Value b = arguments[1];
  if (vm.options().strict) {
    if (IsZero(b)) return vm.Fail("Division by zero");
    if (IsBeyondDoubles(a) || IsBeyondDoubles(b)) return FailBeyondDoubles(vm);
  }
  if (BothIntegers(arguments)) return vm.MakeDouble(QuotientOfIntegers(a, b));
  return vm.MakeDouble(ToDouble(a) / ToDouble(b));
}

Value NumberModulo(VM& vm, Value* arguments) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  if (!BothIntegers(arguments)) return DoubleRemainder(vm, arguments);
  if (IsZero(arguments[1])) return vm.Fail("Division by zero");
  return FlooredRemainder(vm, arguments[0], arguments[1]);
}

Value NumberRemainder(VM& vm, Value* arguments) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  if (!BothIntegers(arguments)) return DoubleRemainder(vm, arguments);
  if (IsZero(arguments[1])) return vm.Fail("Division by zero or overflow");
  return TruncatedRemainder(vm, arguments[0], arguments[1]);
}

Value NumberLess(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](auto order) { return order < 0; });
}

Value NumberLessEqual(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](auto order) { return order <= 0; });
}

Value NumberGreater(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](auto order) { return order > 0; });
}

Value NumberGreaterEqual(VM& vm, Value* arguments) {
  return Compare(vm, arguments, [](auto order) { return order >= 0; });
}

// Anything that is no number is different from all numbers.
Value NumberEqual(VM&, Value* arguments) {
  return Bool(BothNumbers(arguments) && CompareNumbers(arguments[0], arguments[1]) == 0);
}

Value NumberNotEqual(VM&, Value* arguments) {
  return Bool(!BothNumbers(arguments) || CompareNumbers(arguments[0], arguments[1]) != 0);
}

// The receiver when the two are equal or cannot be compared.
Value NumberMax(VM& vm, Value* arguments) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  return arguments[CompareNumbers(arguments[0], arguments[1]) < 0 ? 1 : 0];
}

Value NumberMin(VM& vm, Value* arguments) {
  if (!BothNumbers(arguments)) return FailNoNumber(vm, arguments);
  return arguments[CompareNumbers(arguments[0], arguments[1]) > 0 ? 1 : 0];
}

Value NumberAbs(VM& vm, Value* arguments) {
  const Value number = arguments[0];
  if (IsDouble(number)) return vm.MakeDouble(std::fabs(VM::DoubleOf(number)));
  if (!IsInteger(number)) return FailNumeric(vm, number);
  return Sign(number) < 0 ? Subtract(vm, Value::Int(0), number) : number;
}

Value NumberNegated(VM& vm, Value* arguments) {
  const Value number = arguments[0];
  if (IsDouble(number)) return vm.MakeDouble(0.0 - VM::DoubleOf(number));
  if (!IsInteger(number)) return FailNumeric(vm, number);
  return Subtract(vm, Value::Int(0), number);
}

Value NumberHashcode(VM& vm, Value* arguments) {
  if (!IsNumber(arguments[0])) return FailNumeric(vm, arguments[0]);
  return HashOfNumber(vm, arguments[0]);
}

}  // namespace som::primitives
