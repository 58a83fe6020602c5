// Primitives of Class: names, instances, structure.
#include "primitives/primitive.h"
#include "vm/code/global_cache.h"

namespace som::primitives {

namespace {

// The class that `receiver` is, or null.
ClassInfo* InfoOf(Value receiver) {
  return IsClass(receiver) ? As<ClassObject>(receiver)->info : nullptr;
}

// nil, true and false are the only instances of their classes.
bool IsSingletonClass(const ClassInfo* info) {
  return info->index == kNilClass || info->index == kTrueClass || info->index == kFalseClass;
}

Value NewInstance(VM& vm, const ClassInfo* info) {
  const uint32_t count = info->FieldCount();
  auto* instance = static_cast<Instance*>(
      vm.heap().Allocate(info->index, Kind::kInstance, InstanceBytes(count)));
  for (uint32_t i = 0; i < count; ++i) instance->fields[i] = Nil();
  return Value::FromObject(instance);
}

Value NewEmptyArray(VM& vm, const ClassInfo* info) {
  auto* array = static_cast<Array*>(vm.heap().Allocate(info->index, Kind::kArray, ArrayBytes(0)));
  array->length = Value::Int(0);
  return Value::FromObject(array);
}

}  // namespace

Value ClassName(VM& vm, Value* arguments) {
  const ClassInfo* info = InfoOf(arguments[0]);
  if (info == nullptr) return FailType(vm, "Class", arguments[0]);
  return vm.symbols().ValueOf(info->name);
}

Value ClassNew(VM& vm, Value* arguments) {
  const ClassInfo* info = InfoOf(arguments[0]);
  if (info == nullptr) return FailType(vm, "Class", arguments[0]);
  if (info->instance_kind == Kind::kInstance && !IsSingletonClass(info)) {
    return NewInstance(vm, info);
  }
  if (info->instance_kind == Kind::kArray && info->FieldCount() == 0) {
    return NewEmptyArray(vm, info);
  }
  return vm.Fail(
      Concat("Class ", vm.symbols().NameOf(info->name), " cannot be instantiated with new"));
}

Value ClassSuperclass(VM& vm, Value* arguments) {
  const ClassInfo* info = InfoOf(arguments[0]);
  if (info == nullptr) return FailType(vm, "Class", arguments[0]);
  return info->superclass == nullptr ? Nil() : info->superclass->object;
}

// Whether look-up finds a method for the selector, a Symbol or a String.
Value ClassCanUnderstand(VM& vm, Value* arguments) {
  const ClassInfo* info = InfoOf(arguments[0]);
  if (info == nullptr) return FailType(vm, "Class", arguments[0]);
  if (!IsString(arguments[1])) return False();
  const SymbolId selector = IsSymbol(arguments[1])
                                ? As<String>(arguments[1])->symbol_index
                                : vm.symbols().Intern(As<String>(arguments[1])->View());
  return Bool(vm.global_cache().FindOrLookup(vm.classes(), info->index, selector) != nullptr);
}

// A fresh Array each time, as programs may write into it.
Value ClassFields(VM& vm, Value* arguments) {
  const ClassInfo* info = InfoOf(arguments[0]);
  if (info == nullptr) return FailType(vm, "Class", arguments[0]);
  std::vector<Value> names;
  names.reserve(info->fields.size());
  for (SymbolId name : info->fields) names.push_back(vm.symbols().ValueOf(name));
  return vm.MakeArray(names);
}

// Always the same Array; writing into it changes no method unless in strict mode
// (vm/loading/methods_array.h).
Value ClassMethods(VM& vm, Value* arguments) {
  ClassInfo* info = InfoOf(arguments[0]);
  if (info == nullptr) return FailType(vm, "Class", arguments[0]);
  if (!info->methods_array.IsObject()) {
    std::vector<Value> mirrors;
    mirrors.reserve(info->methods.size());
    for (const auto& method : info->methods) mirrors.push_back(vm.MirrorOf(method.get()));
    info->methods_array = vm.MakeArray(mirrors);
  }
  return info->methods_array;
}

}  // namespace som::primitives
