// Primitives of the classes Method and Primitive, the reflection objects of methods.
#include "absl/container/inlined_vector.h"
#include "primitives/primitive.h"
#include "vm/code/class_provider.h"

namespace som::primitives {

namespace {

bool IsMirror(Value v) { return IsKind(v, Kind::kMirror); }

}  // namespace

Value MethodSignature(VM& vm, Value* arguments) {
  if (!IsMirror(arguments[0])) return FailType(vm, "Method", arguments[0]);
  return vm.symbols().ValueOf(As<Mirror>(arguments[0])->method->selector);
}

Value MethodHolder(VM& vm, Value* arguments) {
  if (!IsMirror(arguments[0])) return FailType(vm, "Method", arguments[0]);
  return As<Mirror>(arguments[0])->method->holder->object;
}

Value MethodInvokeOnWith(VM& vm, Value* arguments) {
  if (!IsMirror(arguments[0])) return FailType(vm, "Method", arguments[0]);
  if (!IsArray(arguments[2])) return FailType(vm, "Array", arguments[2]);
  Method* method = As<Mirror>(arguments[0])->method;
  const auto* array = As<Array>(arguments[2]);
  const auto given = static_cast<size_t>(array->Length());
  if (given != method->argument_count) {
    return FailArgumentCount(vm, given, method->argument_count);
  }
  if (!CanReceive(vm, arguments[1], method->holder)) {
    return FailInstance(vm, vm.symbols().NameOf(method->holder->name), arguments[1]);
  }
  vm.class_provider().CompileMethod(*method);
  const absl::InlinedVector<Value, 8> elements(array->elements, array->elements + given);
  return vm.Invoke(method, arguments[1], elements);
}

}  // namespace som::primitives
