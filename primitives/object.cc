// Primitives of Object: class, identity, hash, fields by position and name. Sends by name are in
// perform.cc.
#include "primitives/primitive.h"
#include "vm/support/output.h"

namespace som::primitives {

namespace {

// The fields of an instance or of a class object; everything else has none that reflection shows.
struct Fields {
  Value* begin = nullptr;
  int64_t count = 0;
};

Fields FieldsOf(VM& vm, Value receiver) {
  if (!receiver.IsObject()) return {};
  const int64_t count = vm.classes().Of(receiver)->FieldCount();
  switch (receiver.AsObject()->kind()) {
    case Kind::kInstance:
      return {As<Instance>(receiver)->fields, count};
    case Kind::kClass:
      return {As<ClassObject>(receiver)->fields, count};
    default:
      return {};
  }
}

// What inspect shows of a field: the answer of its asString. Value::Unwind() if that unwinds.
Value Describe(VM& vm, Value field) {
  Value text = vm.Send(field, vm.symbols().Intern("asString"), {});
  if (text.IsUnwind() || IsString(text)) return text;
  return vm.symbols().ValueOf(vm.classes().Of(text)->name);
}

}  // namespace

Value ObjectClass(VM& vm, Value* arguments) { return vm.classes().Of(arguments[0])->object; }

// In bytes; an immediate takes the word it is in.
Value ObjectSize(VM& vm, Value* arguments) {
  if (!arguments[0].IsObject()) return Value::Int(sizeof(Value));
  return Value::Int(static_cast<int64_t>(vm.heap().SizeOf(arguments[0].AsObject())));
}

Value ObjectIdentical(VM&, Value* arguments) {
  return Bool(IsIdentical(arguments[0], arguments[1]));
}

Value ObjectNotIdentical(VM&, Value* arguments) {
  return Bool(!IsIdentical(arguments[0], arguments[1]));
}

Value ObjectIsNil(VM&, Value* arguments) { return Bool(arguments[0] == Nil()); }

Value ObjectNotNil(VM&, Value* arguments) { return Bool(arguments[0] != Nil()); }

// Numbers hash by value, as they are identical by value.
Value ObjectHashcode(VM& vm, Value* arguments) {
  if (IsNumber(arguments[0])) return HashOfNumber(vm, arguments[0]);
  return Value::Int(vm.heap().IdentityHash(arguments[0].AsObject()));
}

// Shows class and fields on standard error.
Value ObjectInspect(VM& vm, Value* arguments) {
  const ClassInfo* info = vm.classes().Of(arguments[0]);
  std::string text = Concat("instance of ", vm.symbols().NameOf(info->name), "\n");
  const int64_t count = FieldsOf(vm, arguments[0]).count;
  for (int64_t i = 0; i < count; ++i) {
    Value description = Describe(vm, FieldsOf(vm, arguments[0]).begin[i]);
    if (description.IsUnwind()) return description;
    text += Concat("  ", vm.symbols().NameOf(info->fields[static_cast<size_t>(i)]), ": ",
                   As<String>(description)->View(), "\n");
  }
  WriteError(text);
  return arguments[0];
}

Value ObjectHalt(VM&, Value* arguments) {
  WriteError("BREAKPOINT\n");
  return arguments[0];
}

Value ObjectInstVarAt(VM& vm, Value* arguments) {
  const Fields fields = FieldsOf(vm, arguments[0]);
  if (!IsIndex(arguments[1], fields.count)) return FailIndex(vm, arguments[1], fields.count);
  return fields.begin[arguments[1].AsInt() - 1];
}

Value ObjectInstVarAtPut(VM& vm, Value* arguments) {
  const Fields fields = FieldsOf(vm, arguments[0]);
  if (!IsIndex(arguments[1], fields.count)) return FailIndex(vm, arguments[1], fields.count);
  vm.heap().Store(arguments[0].AsObject(), &fields.begin[arguments[1].AsInt() - 1], arguments[2]);
  return arguments[0];
}

Value ObjectInstVarNamed(VM& vm, Value* arguments) {
  if (!IsSymbol(arguments[1])) return FailInstance(vm, "Symbol", arguments[1]);
  const Fields fields = FieldsOf(vm, arguments[0]);
  const ClassInfo* info = vm.classes().Of(arguments[0]);
  const SymbolId name = As<String>(arguments[1])->symbol_index;
  for (int64_t i = 0; i < fields.count; ++i) {
    if (info->fields[static_cast<size_t>(i)] == name) return fields.begin[i];
  }
  return vm.Fail(Concat("No such field '", As<String>(arguments[1])->View(), "' in class ",
                        vm.symbols().NameOf(info->name)));
}

}  // namespace som::primitives
