// Primitives of Boolean, True and False. The arguments may be blocks or plain values: a value
// evaluates to itself.
#include "primitives/primitive.h"

namespace som::primitives {

namespace {

bool IsBoolean(Value v) { return v == True() || v == False(); }

// The first argument evaluated if the receiver is `wanted`, else `otherwise`.
Value EvaluateIf(VM& vm, Value* arguments, bool wanted, Value otherwise) {
  if (!IsBoolean(arguments[0])) return FailInstance(vm, "Boolean", arguments[0]);
  return arguments[0] == Bool(wanted) ? vm.CallBlock(arguments[1], {}) : otherwise;
}

// The first argument evaluated if the receiver is `first`, else the second.
Value EvaluateOne(VM& vm, Value* arguments, bool first) {
  if (!IsBoolean(arguments[0])) return FailInstance(vm, "Boolean", arguments[0]);
  return vm.CallBlock(arguments[arguments[0] == Bool(first) ? 1 : 2], {});
}

}  // namespace

Value BooleanNot(VM& vm, Value* arguments) {
  if (arguments[0] == True()) return False();
  if (arguments[0] == False()) return True();
  return FailInstance(vm, "Boolean", arguments[0]);
}

Value BooleanAnd(VM& vm, Value* arguments) { return EvaluateIf(vm, arguments, true, False()); }

Value BooleanOr(VM& vm, Value* arguments) { return EvaluateIf(vm, arguments, false, True()); }

Value BooleanIfTrue(VM& vm, Value* arguments) { return EvaluateIf(vm, arguments, true, Nil()); }

Value BooleanIfFalse(VM& vm, Value* arguments) { return EvaluateIf(vm, arguments, false, Nil()); }

Value BooleanIfTrueIfFalse(VM& vm, Value* arguments) { return EvaluateOne(vm, arguments, true); }

Value BooleanIfFalseIfTrue(VM& vm, Value* arguments) { return EvaluateOne(vm, arguments, false); }

}  // namespace som::primitives
