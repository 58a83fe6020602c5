// See methods_array.h.
#include "vm/loading/methods_array.h"

#include "compiler/concat.h"
#include "compiler/verifier.h"
#include "vm/code/class_provider.h"
#include "vm/interpreter/inline_cache.h"
#include "vm/linking/method_meaning.h"
#include "vm/vm.h"

namespace som {

namespace {

// The class whose methods the Array holds, or null.
ClassInfo* ClassWithMethods(VM& vm, Value array) {
  for (uint32_t i = 1; i < vm.classes().size(); ++i) {
    ClassInfo* info = vm.classes().At(i);
    if (info->methods_array == array) return info;
  }
  return nullptr;
}

bool HasSuperSend(const Method& method) {
  for (const Method* unit : method.unit_methods) {
    for (size_t i = 0; i < unit->site_count; ++i) {
      if (unit->sites[i].is_super) return true;
    }
  }
  return false;
}

// Whether instances of `info` have what the method, and those it reaches by super sends, count on.
bool CanRun(const ClassInfo& info, const Method& method) {
  if (info.InheritsFrom(method.holder)) return true;
  if (method.kind == MethodKind::kPrimitive) return false;
  const bool has_its_fields = info.FirstFieldWord() == method.holder->FirstFieldWord() &&
                              VerifyMethod(*method.description, info.FieldCount()).empty();
  if (!has_its_fields) return false;
  return !HasSuperSend(method) || info.InheritsFrom(method.holder->superclass);
}

}  // namespace

Value BindStoredMethod(VM& vm, Value array, int64_t index, Value element) {
  // Methods are hardly ever stored anywhere: other stores do not pay for the search.
  if (!IsKind(element, Kind::kMirror) || !vm.options().strict) return Nil();
  ClassInfo* info = ClassWithMethods(vm, array);
  if (info == nullptr) return Nil();
  const Method& replaced = *info->methods[static_cast<size_t>(index - 1)];
  Method* method = As<Mirror>(element)->method;
  vm.class_provider().CompileMethod(*method);
  if (method->argument_count != replaced.argument_count) {
    return vm.Fail(Concat("A method of ", method->argument_count, " argument(s) cannot replace ",
                          vm.symbols().NameOf(replaced.selector)));
  }
  if (!CanRun(*info, *method)) {
    const SymbolTable& symbols = vm.symbols();
    return vm.Fail(Concat("Instances of ", symbols.NameOf(info->name), " cannot run the method ",
                          symbols.NameOf(method->holder->name), ">>",
                          symbols.NameOf(method->selector)));
  }
  method->is_borrowed |= !info->InheritsFrom(method->holder);
  info->dictionary[replaced.selector] = method;
  static_cast<void>(ClassifyMethods(vm, *info));  // the caches are flushed in any case
  FlushCaches(vm);
  return Nil();
}

}  // namespace som
