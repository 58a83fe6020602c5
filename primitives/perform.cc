// Object's sends by name: the perform: family.
#include "absl/container/inlined_vector.h"
#include "primitives/primitive.h"
#include "vm/global_cache.h"

namespace som::primitives {

namespace {

using ArgumentList = absl::InlinedVector<Value, 8>;

ArgumentList ElementsOf(Value array) {
  const auto* elements = As<Array>(array);
  return ArgumentList(elements->elements, elements->elements + elements->Length());
}

// Runs `method` on the receiver in `*slot`; null: the receiver does not understand `selector`.
Value Run(VM& vm, Method* method, const Value* slot, SymbolId selector,
          absl::Span<const Value> arguments) {
  if (method == nullptr) {
    const Value message[] = {vm.symbols().ValueOf(selector), vm.MakeArray(arguments)};
    return vm.Send(*slot, kSymbolDoesNotUnderstand, message);
  }
  if (method->argument_count != arguments.size()) {
    return FailArgumentCount(vm, arguments.size(), method->argument_count);
  }
  return vm.Invoke(method, *slot, arguments);
}

// Sends the selector in slot[1] to the receiver in slot[0].
Value PerformSend(VM& vm, const Value* slot, absl::Span<const Value> arguments) {
  if (!IsSymbol(slot[1])) return FailInstance(vm, "Symbol", slot[1]);
  const SymbolId selector = vm.symbols().Pin(slot[1]);
  Method* method = vm.global_cache().FindOrLookup(vm.classes(), ClassIndexOf(slot[0]), selector);
  return Run(vm, method, slot, selector, arguments);
}

// The same, but the lookup starts in the class `start` itself.
Value PerformInClass(VM& vm, const Value* slot, Value start, absl::Span<const Value> arguments) {
  if (!IsSymbol(slot[1])) return FailInstance(vm, "Symbol", slot[1]);
  if (!IsClass(start)) return FailType(vm, "Class", start);
  const ClassInfo* info = As<ClassObject>(start)->info;
  if (!CanReceive(vm, slot[0], info)) {
    return FailInstance(vm, vm.symbols().NameOf(info->name), slot[0]);
  }
  const SymbolId selector = vm.symbols().Pin(slot[1]);
  Method* method = vm.global_cache().FindOrLookup(vm.classes(), info->index, selector);
  return Run(vm, method, slot, selector, arguments);
}

}  // namespace

Value Perform(VM& vm, Value* arguments) { return PerformSend(vm, arguments, {}); }

Value PerformWithArguments(VM& vm, Value* arguments) {
  if (!IsArray(arguments[2])) return FailType(vm, "Array", arguments[2]);
  return PerformSend(vm, arguments, ElementsOf(arguments[2]));
}

Value PerformInSuperclass(VM& vm, Value* arguments) {
  return PerformInClass(vm, arguments, arguments[2], {});
}

Value PerformWithArgumentsInSuperclass(VM& vm, Value* arguments) {
  if (!IsArray(arguments[2])) return FailType(vm, "Array", arguments[2]);
  return PerformInClass(vm, arguments, arguments[3], ElementsOf(arguments[2]));
}

}  // namespace som::primitives
