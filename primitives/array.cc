// Primitives of Array.
#include "primitives/primitive.h"
#include "vm/loading/methods_array.h"

namespace som::primitives {

namespace {

int64_t LengthOf(Value array) { return As<Array>(array)->Length(); }

}  // namespace

Value ArrayAt(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  auto* array = As<Array>(arguments[0]);
  if (!IsIndex(arguments[1], array->Length())) return FailIndex(vm, arguments[1], array->Length());
  return array->elements[arguments[1].AsInt() - 1];
}

// Answers the Array.
Value ArrayAtPut(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  auto* array = As<Array>(arguments[0]);
  if (!IsIndex(arguments[1], array->Length())) return FailIndex(vm, arguments[1], array->Length());
  const int64_t index = arguments[1].AsInt();
  if (BindStoredMethod(vm, arguments[0], index, arguments[2]).IsUnwind()) return Value::Unwind();
  vm.heap().Store(array, &array->elements[index - 1], arguments[2]);
  return arguments[0];
}

Value ArrayLength(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  return As<Array>(arguments[0])->length;
}

Value ArrayCopy(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  const auto length = static_cast<size_t>(LengthOf(arguments[0]));
  const size_t bytes = ArrayBytes(length);
  if (!vm.heap().CanAllocate(bytes)) return FailOutOfMemory(vm);
  auto* copy =
      static_cast<Array*>(vm.heap().Allocate(ClassIndexOf(arguments[0]), Kind::kArray, bytes));
  const auto* original = As<Array>(arguments[0]);
  copy->length = original->length;
  std::copy_n(original->elements, length, copy->elements);
  vm.heap().AfterFill(copy);
  return Value::FromObject(copy);
}

Value ArrayDo(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  const int64_t length = LengthOf(arguments[0]);
  for (int64_t i = 0; i < length; ++i) {
    const Value element = As<Array>(arguments[0])->elements[i];
    if (vm.CallBlock(arguments[1], {&element, 1}).IsUnwind()) return Value::Unwind();
  }
  return arguments[0];
}

Value ArrayDoIndexes(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  const int64_t length = LengthOf(arguments[0]);
  for (int64_t i = 1; i <= length; ++i) {
    const Value index = Value::Int(i);
    if (vm.CallBlock(arguments[1], {&index, 1}).IsUnwind()) return Value::Unwind();
  }
  return arguments[0];
}

// Evaluates the argument once for each element.
Value ArrayPutAll(VM& vm, Value* arguments) {
  if (!IsArray(arguments[0])) return FailType(vm, "Array", arguments[0]);
  const int64_t length = LengthOf(arguments[0]);
  for (int64_t i = 0; i < length; ++i) {
    const Value element = vm.CallBlock(arguments[1], {});
    if (element.IsUnwind()) return element;
    if (BindStoredMethod(vm, arguments[0], i + 1, element).IsUnwind()) return Value::Unwind();
    auto* array = As<Array>(arguments[0]);
    vm.heap().Store(array, &array->elements[i], element);
  }
  return arguments[0];
}

// Class side. A subclass without fields of its own gets its own instances.
Value ArrayNew(VM& vm, Value* arguments) {
  if (!IsClass(arguments[0])) return FailType(vm, "Class", arguments[0]);
  const ClassInfo* info = As<ClassObject>(arguments[0])->info;
  if (info->instance_kind != Kind::kArray || info->FieldCount() != 0) {
    return FailInstance(vm, "Array class", arguments[0]);
  }
  if (!IsInteger(arguments[1])) return FailType(vm, "Int", arguments[1]);
  if (Sign(arguments[1]) < 0) return vm.Fail("Can't represent as unsigned machine integer");
  if (!arguments[1].IsInt() || !vm.heap().CanAllocateArray(arguments[1].AsInt())) {
    return FailOutOfMemory(vm);
  }
  const auto length = static_cast<size_t>(arguments[1].AsInt());
  auto* array =
      static_cast<Array*>(vm.heap().Allocate(info->index, Kind::kArray, ArrayBytes(length)));
  array->length = arguments[1];
  std::fill_n(array->elements, length, Nil());
  return Value::FromObject(array);
}

}  // namespace som::primitives
