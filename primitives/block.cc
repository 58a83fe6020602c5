// Primitives of the Block classes: evaluation, restart, the loops.
#include "primitives/primitive.h"
#include "vm/interpreter/slow_paths.h"

namespace som::primitives {

namespace {

Value Evaluate(VM& vm, Value* arguments, size_t count) {
  if (!IsBlock(arguments[0])) return FailType(vm, "Block", arguments[0]);
  Method* code = As<Block>(arguments[0])->code;
  if (code->argument_count != count) return FailArgumentCount(vm, count, code->argument_count);
  return vm.Invoke(code, arguments[0], absl::MakeConstSpan(arguments + 1, count));
}

// Evaluates the argument as long as the receiver answers `wanted`. For an answer that is no Boolean
// the send that a loop written in SOM would make, ifTrue: or ifFalse: with nil, decides what
// happens.
Value LoopWhile(VM& vm, Value* arguments, bool wanted) {
  for (;;) {
    Value condition = vm.CallBlock(arguments[0], {});
    if (condition.IsUnwind()) return condition;
    if (condition == Bool(!wanted)) return Nil();
    if (condition != Bool(wanted)) {
      const Value leave[] = {Nil()};
      const SymbolId selector = vm.symbols().Intern(wanted ? "ifFalse:" : "ifTrue:");
      if (vm.Send(condition, selector, leave).IsUnwind()) return Value::Unwind();
    }
    if (vm.CallBlock(arguments[1], {}).IsUnwind()) return Value::Unwind();
  }
}

}  // namespace

Value BlockValue(VM& vm, Value* arguments) { return Evaluate(vm, arguments, 0); }

Value BlockValueWith(VM& vm, Value* arguments) { return Evaluate(vm, arguments, 1); }

Value BlockValueWithWith(VM& vm, Value* arguments) { return Evaluate(vm, arguments, 2); }

Value BlockValueWithWithWith(VM& vm, Value* arguments) { return Evaluate(vm, arguments, 3); }

Value BlockRestart(VM& vm, Value*) { return RequestRestart(vm); }

Value BlockWhileTrue(VM& vm, Value* arguments) { return LoopWhile(vm, arguments, true); }

Value BlockWhileFalse(VM& vm, Value* arguments) { return LoopWhile(vm, arguments, false); }

}  // namespace som::primitives
