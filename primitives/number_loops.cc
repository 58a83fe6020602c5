// The counting loops of Integer and Double: to:do: and its relatives. The block's answers are
// dropped; each loop answers its receiver. As in a loop written in SOM, the limit is compared
// before each round with what the counter has become, so Doubles and big integers count like small
// ones.
#include "primitives/primitive.h"
#include "vm/memory/roots.h"

namespace som::primitives {

namespace {

enum class Direction { kUp, kDown };

Value CallWith(VM& vm, Value block, Value counter) {
  return vm.CallBlock(block, absl::MakeConstSpan(&counter, 1));
}

// From a small integer to a small integer, in steps of one. `block` is an argument's slot.
Value CountInts(VM& vm, int64_t first, int64_t last, Direction direction, const Value* block) {
  if (direction == Direction::kUp) {
    for (int64_t i = first; i <= last; ++i) {
      if (CallWith(vm, *block, Value::Int(i)).IsUnwind()) return Value::Unwind();
    }
  } else {
    for (int64_t i = first; i >= last; --i) {
      if (CallWith(vm, *block, Value::Int(i)).IsUnwind()) return Value::Unwind();
    }
  }
  return Nil();
}

// The general loop: counter, limit and step are any numbers. All pointers are to arguments' slots,
// or to a Value that is immediate.
Value CountNumbers(VM& vm, Value first, const Value* limit, const Value* step, Direction direction,
                   const Value* block) {
  HandleScope scope(vm.handles());
  Handle counter(scope, first);
  for (;;) {
    const auto order = CompareNumbers(counter.get(), *limit);
    const bool goes_on = direction == Direction::kUp ? order <= 0 : order >= 0;
    if (!goes_on) return Nil();
    if (CallWith(vm, *block, counter.get()).IsUnwind()) return Value::Unwind();
    Value next = direction == Direction::kUp ? AddNumbers(vm, counter.get(), *step)
                                             : SubtractNumbers(vm, counter.get(), *step);
    if (next.IsUnwind()) return next;
    counter.set(next);
  }
}

// `step` null: one.
Value Loop(VM& vm, Value* arguments, Direction direction, const Value* step, const Value* block) {
  if (!IsNumber(arguments[0])) return FailNumeric(vm, arguments[0]);
  if (!IsNumber(arguments[1])) return FailNumeric(vm, arguments[1]);
  if (step != nullptr && !IsNumber(*step)) return FailNumeric(vm, *step);
  const Value one = Value::Int(1);
  Value result;
  if (step == nullptr && Value::BothInt(arguments[0], arguments[1])) {
    result = CountInts(vm, arguments[0].AsInt(), arguments[1].AsInt(), direction, block);
  } else {
    result = CountNumbers(vm, arguments[0], &arguments[1], step == nullptr ? &one : step, direction,
                          block);
  }
  return result.IsUnwind() ? result : arguments[0];
}

}  // namespace

Value NumberToDo(VM& vm, Value* arguments) {
  return Loop(vm, arguments, Direction::kUp, nullptr, &arguments[2]);
}

Value NumberDownToDo(VM& vm, Value* arguments) {
  return Loop(vm, arguments, Direction::kDown, nullptr, &arguments[2]);
}

Value NumberToByDo(VM& vm, Value* arguments) {
  return Loop(vm, arguments, Direction::kUp, &arguments[2], &arguments[3]);
}

Value NumberDownToByDo(VM& vm, Value* arguments) {
  return Loop(vm, arguments, Direction::kDown, &arguments[2], &arguments[3]);
}

Value IntegerTimesRepeat(VM& vm, Value* arguments) {
  if (!IsInteger(arguments[0])) return FailType(vm, "Int", arguments[0]);
  // Nobody lives to see the end of a loop whose count is a big integer.
  const int64_t count = arguments[0].IsInt()     ? arguments[0].AsInt()
                        : Sign(arguments[0]) < 0 ? 0
                                                 : Value::kMaxInt;
  for (int64_t i = 0; i < count; ++i) {
    if (vm.CallBlock(arguments[1], {}).IsUnwind()) return Value::Unwind();
  }
  return arguments[0];
}

}  // namespace som::primitives
