// See entries.h.
#include "vm/interpreter/entries.h"

#include <limits>

#include "compiler/concat.h"
#include "vm/code/class_table.h"
#include "vm/code/engine.h"
#include "vm/code/primitive_table.h"
#include "vm/interpreter/loop_primitives.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/linking/native_loops.h"
#include "vm/linking/peephole.h"
#include "vm/vm.h"

namespace som {

namespace {

// The row of a method that is declared primitive; null if the table has none.
const PrimitiveEntry* RowOf(VM& vm, const Method& method) {
  if (vm.primitives() == nullptr) return nullptr;
  const ClassInfo& holder = *method.holder;
  return vm.primitives()->Find(
      vm.symbols().NameOf(method.class_side ? holder.instance_side->name : holder.name),
      method.class_side ? PrimitiveTable::Side::kClass : PrimitiveTable::Side::kInstance,
      vm.symbols().NameOf(method.selector));
}

SOM_ENTRY_ABI Value EnterMissingPrimitive(VM* vm, Method* method, Value* sp, Value* caller) {
  vm->base = caller;
  vm->sp = sp;
  const std::string_view selector = vm->symbols().NameOf(method->selector);
  const std::string_view holder = vm->symbols().NameOf(method->holder->name);
  if (const PrimitiveEntry* refused = RowOf(*vm, *method)) {
    return vm->Fail(Concat("The sandbox does not allow ", holder, ">>", selector, ", which ",
                           DescriptionOf(refused->outside)));
  }
  return vm->Fail(Concat("Undefined primitive '", selector, "' of class '", holder, "' called"));
}

SOM_ENTRY_ABI Value EnterPrimitive(VM* vm, Method* method, Value* sp, Value* caller) {
  vm->base = caller;
  vm->sp = sp;
  Value result = method->primitive(*vm, sp - method->argument_count);
  if (vm->interrupt_pending && !ServeInterrupt(vm)) [[unlikely]]
    return Value::Unwind();
  return result;
}

SOM_ENTRY_ABI Value EnterReturnSelf(VM*, Method* method, Value* sp, Value*) {
  return sp[-static_cast<int>(method->argument_count)];
}

SOM_ENTRY_ABI Value EnterReturnConstant(VM*, Method* method, Value*, Value*) {
  return method->trivial_constant;
}

SOM_ENTRY_ABI Value EnterGetter(VM*, Method* method, Value* sp, Value*) {
  return reinterpret_cast<Value*>(sp->AsObject())[method->trivial_word];
}

SOM_ENTRY_ABI Value EnterSetter(VM* vm, Method* method, Value* sp, Value*) {
  Object* object = sp[-1].AsObject();
  vm->heap().Store(object, &reinterpret_cast<Value*>(object)[method->trivial_word], sp[0]);
  return sp[-1];
}

Entry TrivialEntry(MethodKind kind) {
  switch (kind) {
    case MethodKind::kReturnSelf:
      return EnterReturnSelf;
    case MethodKind::kReturnConstant:
      return EnterReturnConstant;
    case MethodKind::kGetter:
      return EnterGetter;
    case MethodKind::kSetter:
      return EnterSetter;
    default:
      return nullptr;
  }
}

Entry CountedEntry(VM& vm, const Method& method) {
  const Engine& engine = vm.engine();
  if (method.is_block) return engine.enter_block_counted;
  return method.has_context_slot ? engine.enter_method_locals_counted : engine.enter_method_counted;
}

// The entry that runs the bytecodes from the first activation on.
void InstallUsualEntry(VM& vm, Method& method) {
  if (vm.options().superinstructions) FuseMethod(method);
  method.entry = vm.tier() != nullptr ? CountedEntry(vm, method) : InterpretedEntry(vm, method);
}

// Most methods of a library never run: superinstructions are for those that do.
SOM_ENTRY_ABI Value EnterFirst(VM* vm, Method* method, Value* sp, Value* caller) {
  InstallUsualEntry(*vm, *method);
  return method->entry(vm, method, sp, caller);
}

SOM_ENTRY_ABI Value EnterUnresolved(VM* vm, Method* method, Value* sp, Value* caller) {
  ResolveLoopEntry(*vm, *method);
  return method->entry(vm, method, sp, caller);
}

}  // namespace

Entry InterpretedEntry(VM& vm, const Method& method) {
  const Engine& engine = vm.engine();
  if (method.is_block) return engine.enter_block;
  return method.has_context_slot ? engine.enter_method_locals : engine.enter_method;
}

void InstallEntries(VM& vm, Method& home) {
  for (Method* unit : home.unit_methods) {
    unit->countdown = static_cast<int32_t>(vm.options().jit_threshold);
    unit->entry = EnterFirst;
  }
  if (home.kind != MethodKind::kBytecode) home.entry = TrivialEntry(home.kind);
}

void BindPrimitive(VM& vm, Method& method) {
  method.entry = EnterMissingPrimitive;
  const PrimitiveEntry* row = RowOf(vm, method);
  if (row == nullptr || (vm.options().sandbox && !IsPermittedInSandbox(row->outside))) return;
  method.primitive = row->function;
  method.intrinsic = row->intrinsic;
  method.entry = EnterPrimitive;
}

void DeferLoopEntry(VM& vm, Method& method) {
  if (vm.options().loops == LoopStrategy::kLibrary || vm.options().debug) return;
  if (IsLoopCandidate(method)) method.entry = EnterUnresolved;
}

void ResolveLoopEntry(VM& vm, Method& method) {
  if (method.entry != EnterUnresolved) return;
  method.native_loop = NativeLoopOf(vm, method);
  if (method.native_loop != nullptr) {
    method.entry = LoopEntry(method.native_loop->kind);
  } else {
    InstallUsualEntry(vm, method);
  }
}

void KeepLoopEntry(const Method& method, Method& replacement) {
  if (method.native_loop == nullptr) return;
  replacement.native_loop = SameNativeLoop(*method.native_loop, replacement);
  replacement.entry = method.entry;
}

void InstallCompiledEntry(Method& method, Entry entry) { method.entry = entry; }

void StopCounting(VM& vm, Method& method) {
  method.countdown = std::numeric_limits<int32_t>::max();
  method.entry = InterpretedEntry(vm, method);
}

void CountAgain(VM& vm, Method& method, int32_t countdown) {
  method.countdown = countdown;
  method.entry = CountedEntry(vm, method);
}

}  // namespace som
