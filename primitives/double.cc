// Primitives of Double alone: functions, conversions. Arithmetic and comparison are in number.cc.
#include <cmath>
#include <limits>

#include "primitives/primitive.h"
#include "vm/text/number_text.h"

namespace som::primitives {

namespace {

template <typename Function>
Value Apply(VM& vm, Value* arguments, Function function) {
  if (!IsDouble(arguments[0])) return FailType(vm, "Double", arguments[0]);
  return vm.MakeDouble(function(VM::DoubleOf(arguments[0])));
}

// The Integer of the same value as the whole number that `function` makes of the receiver.
template <typename Function>
Value ToInteger(VM& vm, Value* arguments, Function function) {
  if (!IsDouble(arguments[0])) return FailType(vm, "Double", arguments[0]);
  const double d = VM::DoubleOf(arguments[0]);
  return std::isfinite(d) ? IntegerFromDouble(vm, function(d)) : FailDomain(vm);
}

}  // namespace

Value DoubleSqrt(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::sqrt(d); });
}

Value DoubleSin(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::sin(d); });
}

Value DoubleCos(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::cos(d); });
}

Value DoubleTan(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::tan(d); });
}

Value DoubleArcTan(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::atan(d); });
}

Value DoubleExp(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::exp(d); });
}

Value DoubleLn(VM& vm, Value* arguments) {
  return Apply(vm, arguments, [](double d) { return std::log(d); });
}

Value DoublePower(VM& vm, Value* arguments) {
  if (!IsNumber(arguments[1])) return FailNumeric(vm, arguments[1]);
  const double exponent = ToDouble(arguments[1]);
  return Apply(vm, arguments, [exponent](double d) { return std::pow(d, exponent); });
}

// Halves away from zero.
Value DoubleRound(VM& vm, Value* arguments) {
  return ToInteger(vm, arguments, [](double d) { return std::round(d); });
}

Value DoubleAsInteger(VM& vm, Value* arguments) {
  return ToInteger(vm, arguments, [](double d) { return std::trunc(d); });
}

Value DoubleAsString(VM& vm, Value* arguments) {
  if (!IsDouble(arguments[0])) return FailType(vm, "Double", arguments[0]);
  return MakeString(vm.heap(), FormatDouble(VM::DoubleOf(arguments[0])));
}

Value DoublePositiveInfinity(VM& vm, Value*) {
  return vm.MakeDouble(std::numeric_limits<double>::infinity());
}

// NaN if the text is no number, in strict mode an error.
Value DoubleFromString(VM& vm, Value* arguments) {
  if (!IsString(arguments[1])) return FailType(vm, "String_", arguments[1]);
  const std::string_view text = As<String>(arguments[1])->View();
  double result = std::nan("");
  if (!ParseDouble(text, &result) && vm.options().strict) {
    return vm.Fail(Concat("'", text, "' cannot be converted to a Double"));
  }
  return vm.MakeDouble(result);
}

}  // namespace som::primitives
