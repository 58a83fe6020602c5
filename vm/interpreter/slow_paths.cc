// See slow_paths.h: sends, globals, allocation, interrupts. Unwinding is in unwind.cc,
// deoptimisation in deoptimizer.cc.
#include "vm/interpreter/slow_paths.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "vm/code/class_provider.h"
#include "vm/code/frame.h"
#include "vm/code/global_cache.h"
#include "vm/code/listener.h"
#include "vm/code/sampler.h"
#include "vm/code/tier.h"
#include "vm/interpreter/handler_support.h"
#include "vm/interpreter/inline_cache.h"
#include "vm/linking/peephole.h"
#include "vm/vm.h"

namespace som {

namespace {

// doesNotUnderstand:arguments: with an Array of the arguments that stand above `receiver_slot`;
// selector and Array take their place.
Value DoesNotUnderstand(VM* vm, SymbolId selector, Value* receiver_slot, size_t argument_count) {
  Value array = vm->MakeNilArray(argument_count);
  auto* elements = As<Array>(array);
  for (size_t i = 0; i < argument_count; ++i) elements->elements[i] = receiver_slot[1 + i];
  vm->heap().AfterFill(elements);
  return vm->SendDoesNotUnderstand(selector, receiver_slot, array);
}

// A debugger wants to see methods run that a bytecode could stand for.
bool MayQuicken(const Options& options, const Method& method) {
  const bool is_hidden =
      method.kind != MethodKind::kPrimitive && method.intrinsic != Intrinsic::kNone;
  return options.quicken && !(options.debug && is_hidden);
}

}  // namespace

Value SlowSend(VM* vm, CodeUnit* ip, Value* sp, Value* base) {
  Method* running = FrameMethod(base);
  SendSite& site = *InstructionData<SendSite>(ip);
  Value* arguments = sp - site.argument_count;
  Method* method;
  if (site.is_super) {
    method = FindSuper(*vm, site, running->holder);
  } else {
    method = FindThroughCache(*vm, site, ClassIndexOf(arguments[0]));
  }
  if (method == nullptr)
    return DoesNotUnderstand(vm, site.selector, arguments, site.argument_count);
  if (MayQuicken(vm->options(), *method)) QuickenSend(*vm, running, ip, site, method, arguments);
  return method->entry(vm, method, sp, base);
}

Value SendThroughGlobalCache(VM* vm, const SendSite& site, Value* sp, Value* base) {
  Value* arguments = sp - site.argument_count;
  Method* method =
      vm->global_cache().FindOrLookup(vm->classes(), ClassIndexOf(arguments[0]), site.selector);
  if (site.is_super || method == nullptr)
    return DoesNotUnderstand(vm, site.selector, arguments, site.argument_count);
  return method->entry(vm, method, sp, base);
}

Value ReadUnboundGlobal(VM* vm, GlobalCell* cell, Value* base) {
  vm->error_context.unknown_global = cell->name;
  Value argument = vm->symbols().ValueOf(cell->name);
  return vm->Send(base[kFrameSelf], kSymbolUnknownGlobal, absl::MakeConstSpan(&argument, 1));
}

Value MakeClosure(VM* vm, BlockSite* site, Value* base) {
  Method* code = site->code;
  uint32_t class_index = kBlock1Class + code->argument_count;
  if (code->argument_count > 2) {
    // Classes of closures with three and more arguments are ordinary library classes.
    Value block_class = vm->class_provider().BlockClass(code->argument_count);
    if (block_class.IsUnwind()) {
      vm->interrupt_pending = true;
      return Nil();
    }
    class_index = As<ClassObject>(block_class)->info->index;
    code->closure_class = class_index;
  }
  if (vm->listener() != nullptr) vm->listener()->BlockCreated(site);
  size_t bytes = BlockBytes(site->copied_count);
  auto* block =
      static_cast<Block*>(site->is_clean ? vm->heap().AllocateOld(class_index, Kind::kBlock, bytes)
                                         : vm->heap().Allocate(class_index, Kind::kBlock, bytes));
  Method* running = FrameMethod(base);
  block->code = code;
  block->copied_count = Value::Int(site->copied_count);
  block->self = base[kFrameSelf];
  block->context = running->has_context_slot ? base[kFrameContext] : Nil();
  if (running->is_block) {
    const auto* outer = As<Block>(*FrameReceiver(base));
    block->home_frame = outer->home_frame;
    block->home_id = outer->home_id;
  } else {
    block->home_frame = reinterpret_cast<uint64_t>(base);
    block->home_id = running->is_home ? base[kFrameHomeId].bits() : 0;
  }
  for (size_t i = 0; i < site->copied_count; ++i) block->copied[i] = base[site->copied_slots[i]];
  if (site->is_clean) {
    // It never looks at self or the context: the same closure serves every activation.
    block->self = Nil();
    block->context = Nil();
    site->clean = Value::FromObject(block);
  }
  return Value::FromObject(block);
}

void MakeContext(VM* vm, Value* base, uint16_t count) {
  if (vm->listener() != nullptr) vm->listener()->ContextCreated();
  auto* context =
      static_cast<Context*>(vm->heap().Allocate(kNoClass, Kind::kContext, ContextBytes(count)));
  context->outer = base[kFrameContext];
  context->count = Value::Int(count);
  for (int i = 0; i < count; ++i) context->slots[i] = Nil();
  vm->heap().AfterFill(context);
  base[kFrameContext] = Value::FromObject(context);
}

Value MakeInstance(VM* vm, uint64_t payload) {
  auto class_index = static_cast<uint32_t>(payload >> 32);
  auto fields = static_cast<uint32_t>(payload);
  auto* instance = static_cast<Instance*>(
      vm->heap().Allocate(class_index, Kind::kInstance, InstanceBytes(fields)));
  for (uint32_t i = 0; i < fields; ++i) instance->fields[i] = Nil();
  return Value::FromObject(instance);
}

bool IsFlatArray(const Array& array) {
  return std::none_of(array.elements, array.elements + array.Length(),
                      [](Value element) { return IsKind(element, Kind::kArray); });
}

// Of a flat one.
static Value CopyFlatArray(VM* vm, const Array* source) {
  const auto length = static_cast<size_t>(source->Length());
  auto* copy =
      static_cast<Array*>(vm->heap().Allocate(kArrayClass, Kind::kArray, ArrayBytes(length)));
  copy->length = source->length;
  std::copy_n(source->elements, length, copy->elements);
  vm->heap().AfterFill(copy);
  return Value::FromObject(copy);
}

Value CopyLiteralArray(VM* vm, Value literal) {
  if (IsFlatArray(*As<Array>(literal))) return CopyFlatArray(vm, As<Array>(literal));
  // Nested literal arrays are fresh too, and may be nested deeply. The literals are old and never
  // move. Each open one has its copy, which may, on `copies`.
  struct Open {
    const Array* source;
    int64_t copied;
  };
  HandleScope scope(vm->handles());
  std::vector<Value>& copies = vm->handles().values;
  absl::InlinedVector<Open, 4> open;
  const auto start = [&](Value array) {
    const auto* source = As<Array>(array);
    copies.push_back(vm->MakeNilArray(static_cast<size_t>(source->Length())));
    open.push_back({source, 0});
  };
  const auto add = [&](Value element) {
    auto* target = As<Array>(copies.back());
    vm->heap().Store(target, &target->elements[open.back().copied++], element);
  };
  start(literal);
  while (true) {
    const Open& innermost = open.back();
    if (innermost.copied == innermost.source->Length()) {
      const Value done = copies.back();
      if (open.size() == 1) return done;
      copies.pop_back();
      open.pop_back();
      add(done);
      continue;
    }
    const Value element = innermost.source->elements[innermost.copied];
    if (IsKind(element, Kind::kArray)) {
      start(element);
    } else {
      add(element);
    }
  }
}

Value EnterSlow(VM* vm, Method* method, Value* sp, Value* caller) {
  vm->base = caller;
  vm->sp = sp;
  if (vm->interrupt_pending && !ServeInterrupt(vm)) return Value::Unwind();
  // By now another interrupt may wait.
  if (sp + method->frame_words > vm->StackLimit()) {
    return vm->Fail("Stack overflow: too many nested activations");
  }
  return method->entry(vm, method, sp, caller);
}

Value EnterHot(VM* vm, Method* method, Value* sp, Value* caller) {
  vm->tier()->MethodIsHot(*method);
  return method->entry(vm, method, sp, caller);
}

Entry EnterLoop(VM* vm, CodeUnit* ip, Value* sp, Value* base) {
  if (vm->tier() != nullptr) return vm->tier()->LoopIsHot(base, ip, sp);
  vm->loop_budget = INT64_MAX;
  return nullptr;
}

bool ServeInterrupt(VM* vm) {
  vm->interrupt_pending = false;
  vm->ResetStackLimit();
  // Something already unwinds the program.
  if (vm->unwind.kind != UnwindState::Kind::kNone) return false;
  if (vm->sampler() != nullptr) vm->sampler()->Safepoint(*vm);
  if (vm->heap().out_of_memory()) {
    vm->heap().ClearOutOfMemory();
    vm->Fail("Out of memory: live objects exceed the heap limit");
    return false;
  }
  const Interrupt reason = vm->requested_interrupt;
  vm->requested_interrupt = Interrupt::kNone;
  switch (reason) {
    case Interrupt::kNone:
      return true;
    case Interrupt::kUser:
      vm->FailWithStatus("Interrupted", StatusOf(reason));
      break;
    case Interrupt::kTermination:
      vm->FailWithStatus("Terminated", StatusOf(reason));
      vm->unwind.is_asked_for = true;  // of the shell, too
      break;
    case Interrupt::kTimeout:
      vm->FailWithStatus("Time limit reached", StatusOf(reason));
      break;
    case Interrupt::kSteps:
      vm->FailWithStatus("Limit of steps reached", StatusOf(reason));
      break;
  }
  return false;
}

bool ServeSample(VM* vm) {
  if (vm->unwind.kind != UnwindState::Kind::kNone || vm->heap().out_of_memory()) return false;
  vm->interrupt_pending = false;
  vm->ResetStackLimit();
  // Looked at afterwards, lest a request that comes in between be forgotten.
  if (vm->requested_interrupt != Interrupt::kNone) {
    vm->RequestInterrupt(vm->requested_interrupt);
    return false;
  }
  if (vm->sampler() != nullptr) vm->sampler()->Safepoint(*vm);
  return true;
}

bool HasCustomNilProtocol(VM* vm, Value v) {
  const ClassInfo* info = vm->classes().Of(v);
  for (; info != nullptr && info->index != kObjectClass; info = info->superclass) {
    for (SymbolId selector :
         {kSymbolIfNil, kSymbolIfNotNil, kSymbolIfNilIfNotNil, kSymbolIfNotNilIfNil}) {
      if (info->dictionary.contains(selector)) return true;
    }
  }
  return false;
}

Opcode BaseOpcode(const CodeUnit* ip) { return BaseOpcode(static_cast<Opcode>(*ip)); }

bool ObserveBytecode(VM* vm, CodeUnit* ip, Value* sp, Value* base, Value tos) {
  *sp = tos;
  base[kFrameIp] = RawWord(ip);
  vm->base = base;
  vm->sp = sp;
  return vm->listener()->Bytecode(*vm, ip, sp, base, tos);
}

void ObserveActivation(VM* vm, Method* method, Value* base) {
  vm->listener()->Activation(method, base);
}

}  // namespace som
