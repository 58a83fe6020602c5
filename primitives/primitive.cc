// See primitive.h.
#include "primitives/primitive.h"

#include "vm/observation/hints.h"

namespace som {

namespace {

// `got` is not of the kind that the message names; hints want to know of nil.
Value FailKind(VM& vm, Value got, const std::string& message) {
  vm.error_context.refuses_nil = got == Nil();
  const Value failed = vm.Fail(message);
  vm.error_context.refuses_nil = false;
  return failed;
}

}  // namespace

std::string_view TypeNameOf(Value v) {
  if (v.IsInt()) return "Int";
  if (v.IsImmediateDouble()) return "Double";
  switch (v.AsObject()->kind()) {
    case Kind::kBigInteger:
      return "ArbInt";
    case Kind::kDouble:
      return "Double";
    case Kind::kString:
    case Kind::kSymbol:
    case Kind::kGrownString:
      return "String_";
    case Kind::kArray:
      return "Array";
    case Kind::kBlock:
      return "Block";
    case Kind::kClass:
      return "Class";
    case Kind::kMirror:
      return "Method";
    case Kind::kInstance:
    case Kind::kContext:
    case Kind::kTextBuffer:
    case Kind::kCells:
      return "Inst";
  }
  return "Inst";
}

Value FailNumeric(VM& vm, Value got) {
  return FailKind(vm, got, Concat("Expected a numeric type but got type '", TypeNameOf(got), "'"));
}

Value FailType(VM& vm, std::string_view expected, Value got) {
  return FailKind(
      vm, got,
      Concat("Expected object of type '", expected, "' but got type '", TypeNameOf(got), "'"));
}

Value FailInstance(VM& vm, std::string_view expected, Value got) {
  return FailKind(vm, got,
                  Concat("Expected instance of '", expected, "' but got instance of '",
                         vm.symbols().NameOf(vm.classes().Of(got)->name), "'"));
}

Value FailIndex(VM& vm, Value index, int64_t length) {
  if (!IsInteger(index)) return FailType(vm, "Int", index);
  if (!index.IsInt() || index.AsInt() < 0) {
    return vm.Fail("Can't represent as unsigned machine integer");
  }
  Value failed =
      vm.Fail(Concat("Index ", index.AsInt(), " not valid for array of length ", length));
  WriteHint(vm, length == 0
                    ? "There are no elements."
                    : Concat("Indexes count from 1: the valid ones are 1 to ", length, "."));
  return failed;
}

Value FailArgumentCount(VM& vm, size_t given, size_t required) {
  return vm.Fail(
      Concat("Tried passing ", given, " arguments to a function that requires ", required));
}

Value FailOutOfMemory(VM& vm) { return vm.Fail("Out of memory"); }

Value FailDomain(VM& vm) { return vm.Fail("Domain error"); }

bool CanReceive(VM& vm, Value receiver, const ClassInfo* holder) {
  return vm.classes().Of(receiver)->InheritsFrom(holder);
}

}  // namespace som
