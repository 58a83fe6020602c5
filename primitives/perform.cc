// Object's sends by name: the perform: family.
#include "primitives/primitive.h"
#include "vm/code/global_cache.h"

namespace som::primitives {

namespace {

// Runs `method` on the receiver in `*slot` with the elements of the Array in slot[array], if it is
// not 0. They take the place of the primitive's own arguments. Null: the receiver does not
// understand `selector`.
Value Run(VM& vm, Method* method, Value* slot, SymbolId selector, size_t array) {
  const size_t count = array == 0 ? 0 : static_cast<size_t>(As<Array>(slot[array])->Length());
  if (method == nullptr) {
    const Value copy = vm.MakeNilArray(count);
    auto* target = As<Array>(copy);
    for (size_t i = 0; i < count; ++i) target->elements[i] = As<Array>(slot[array])->elements[i];
    vm.heap().AfterFill(target);
    return vm.SendDoesNotUnderstand(selector, slot, copy);
  }
  if (method->argument_count != count) return FailArgumentCount(vm, count, method->argument_count);
  if (count > 0) {
    const auto* source = As<Array>(slot[array]);
    for (size_t i = 0; i < count; ++i) slot[1 + i] = source->elements[i];
  }
  return vm.InvokeInPlace(method, slot);
}

// Sends the selector in slot[1] to the receiver in slot[0].
Value PerformSend(VM& vm, Value* slot, size_t array) {
  if (!IsSymbol(slot[1])) return FailInstance(vm, "Symbol", slot[1]);
  const SymbolId selector = vm.symbols().Pin(slot[1]);
  Method* method = vm.global_cache().FindOrLookup(vm.classes(), ClassIndexOf(slot[0]), selector);
  return Run(vm, method, slot, selector, array);
}

// The same, but the lookup starts in the class `start` itself.
Value PerformInClass(VM& vm, Value* slot, Value start, size_t array) {
  if (!IsSymbol(slot[1])) return FailInstance(vm, "Symbol", slot[1]);
  if (!IsClass(start)) return FailType(vm, "Class", start);
  const ClassInfo* info = As<ClassObject>(start)->info;
  if (!CanReceive(vm, slot[0], info)) {
    return FailInstance(vm, vm.symbols().NameOf(info->name), slot[0]);
  }
  const SymbolId selector = vm.symbols().Pin(slot[1]);
  Method* method = vm.global_cache().FindOrLookup(vm.classes(), info->index, selector);
  return Run(vm, method, slot, selector, array);
}

}  // namespace

Value Perform(VM& vm, Value* arguments) { return PerformSend(vm, arguments, 0); }

Value PerformWithArguments(VM& vm, Value* arguments) {
  if (!IsArray(arguments[2])) return FailType(vm, "Array", arguments[2]);
  return PerformSend(vm, arguments, 2);
}

Value PerformInSuperclass(VM& vm, Value* arguments) {
  return PerformInClass(vm, arguments, arguments[2], 0);
}

Value PerformWithArgumentsInSuperclass(VM& vm, Value* arguments) {
  if (!IsArray(arguments[2])) return FailType(vm, "Array", arguments[2]);
  return PerformInClass(vm, arguments, arguments[3], 2);
}

}  // namespace som::primitives
