// See loop_primitives.h.
#include "vm/interpreter/loop_primitives.h"

#include "vm/interpreter/deoptimizer.h"
#include "vm/interpreter/dispatch_includes.h"
#include "vm/interpreter/entries.h"
#include "vm/linking/loop_variant.h"

namespace som {

namespace {

Value RunBytecodes(VM* vm, Method* method, Value* sp, Value* caller) {
  return InterpretedEntry(*vm, *method)(vm, method, sp, caller);
}

bool IsClosure(Value v, uint32_t class_index) { return ClassIndexOf(v) == class_index; }

// The frame of a loop method. Answers its base, or null after a stack overflow has been reported.
Value* PushLoopFrame(VM* vm, Method* method, Value* sp, Value* caller) {
  if (vm->NativeStackExhausted()) [[unlikely]] {
    vm->base = caller;
    vm->sp = sp;
    vm->Fail("Stack overflow: too many nested activations");
    return nullptr;
  }
  Value* base = PushFrame(method, sp, caller, sp[-static_cast<int>(method->argument_count)]);
  if (vm->listener() != nullptr) ObserveActivation(vm, method, base);
  PrepareLocals(vm, method, base);
  base[kFrameIp] = RawWord(method->native_loop->body_call);
  return base;
}

// Whether the frame of `method` fits. If not, or if an interrupt waits, its bytecodes take care of
// that.
bool HasRoom(VM* vm, const Method* method, const Value* sp) {
  return sp + method->frame_words <= vm->stack_limit;
}

// The variant that runs the loop's body, or null if each iteration has to call the closure: that is
// asked for, or the closure has no bytecodes.
Method* VariantFor(VM* vm, const Value* base, LoopShape shape) {
  Method* code = As<Block>(base[-1])->code;
  if (vm->options().loops == LoopStrategy::kPrimitive || code->home == nullptr) return nullptr;
  // A closure that is called can be compiled while its loop runs.
  if (vm->tier() != nullptr) return nullptr;
  return &LoopVariantOf(*vm, *code, shape);
}

// Evaluates the closure that stands at the start of `slots`; `last` is its last argument.
Value CallClosure(VM* vm, Value* slots, Value* last, Value* base) {
  Method* code = As<Block>(slots[0])->code;
  return code->entry(vm, code, last, base);
}

Value Answer(const Value* base) {
  const Method* method = FrameMethod(base);
  return method->native_loop->answers_self ? base[-1 - method->argument_count] : Nil();
}

// --- Loops that count ----------------------------------------------------------------------------

// The numbers first, first + step, ...: `rounds` of them.
struct Counting {
  int64_t first;
  int64_t step;
  int64_t rounds;
};

// Upwards or downwards, depending on the sign of `step`.
Counting CountBetween(int64_t first, int64_t limit, int64_t step) {
  const int64_t distance = step > 0 ? limit - first : first - limit;
  return {first, step, distance < 0 ? 0 : distance / (step > 0 ? step : -step) + 1};
}

// Evaluates the closure, the last argument of the frame at `base`, with each of the numbers.
Value RunCounting(VM* vm, Value* base, const Counting& counting) {
  Value* top = FrameEmptyStack(base);
  if (Method* variant = VariantFor(vm, base, LoopShape::kCount)) {
    top[1] = Value::Int(counting.step);
    top[2] = Value::Int(counting.first);
    top[3] = Value::Int(counting.rounds - 1);
    top[4] = base[-1];
    top[5] = Value::Int(counting.first);
    return variant->entry(vm, variant, top + 5, base);
  }
  int64_t number = counting.first;
  for (int64_t left = counting.rounds; left > 0; --left, number += counting.step) {
    top[1] = base[-1];
    top[2] = Value::Int(number);
    if (CallClosure(vm, top + 1, top + 2, base).IsUnwind()) return Value::Unwind();
  }
  return Nil();
}

// What the loop's operands, receiver first, ask for; false if that is not for a native loop.
bool ReadCounting(LoopKind kind, const Value* operands, Counting* counting) {
  int64_t step = 1;
  switch (kind) {
    case LoopKind::kDoIndexes:
      if (ClassIndexOf(operands[0]) != kArrayClass) return false;
      *counting = {1, 1, As<Array>(operands[0])->Length()};
      return true;
    case LoopKind::kToByDo:
    case LoopKind::kDownToByDo:
      if (!operands[2].IsInt() || operands[2].AsInt() <= 0) return false;
      step = operands[2].AsInt();
      break;
    default:
      break;
  }
  if (!Value::BothInt(operands[0], operands[1])) return false;
  const bool down = kind == LoopKind::kDownToDo || kind == LoopKind::kDownToByDo;
  *counting = CountBetween(operands[0].AsInt(), operands[1].AsInt(), down ? -step : step);
  return Value::FitsInt(counting->rounds);
}

template <LoopKind kKind>
SOM_ENTRY_ABI Value EnterCounting(VM* vm, Method* method, Value* sp, Value* caller) {
  Counting counting;
  if (!ReadCounting(kKind, sp - method->argument_count, &counting) ||
      !IsClosure(sp[0], kBlock2Class) || !HasRoom(vm, method, sp)) {
    return RunBytecodes(vm, method, sp, caller);
  }
  Value* base = PushLoopFrame(vm, method, sp, caller);
  if (base == nullptr) return Value::Unwind();
  if (counting.rounds > 0 && RunCounting(vm, base, counting).IsUnwind()) return Value::Unwind();
  return Answer(base);
}

// --- timesRepeat: --------------------------------------------------------------------------------

Value RunRepeat(VM* vm, Value* base, int64_t rounds) {
  Value* top = FrameEmptyStack(base);
  if (Method* variant = VariantFor(vm, base, LoopShape::kRepeat)) {
    top[1] = Value::Int(rounds - 1);
    top[2] = base[-1];
    return variant->entry(vm, variant, top + 2, base);
  }
  for (; rounds > 0; --rounds) {
    top[1] = base[-1];
    if (CallClosure(vm, top + 1, top + 1, base).IsUnwind()) return Value::Unwind();
  }
  return Nil();
}

SOM_ENTRY_ABI Value EnterTimesRepeat(VM* vm, Method* method, Value* sp, Value* caller) {
  if (!sp[-1].IsInt() || !IsClosure(sp[0], kBlock1Class) || !HasRoom(vm, method, sp)) {
    return RunBytecodes(vm, method, sp, caller);
  }
  const int64_t rounds = sp[-1].AsInt();
  Value* base = PushLoopFrame(vm, method, sp, caller);
  if (base == nullptr) return Value::Unwind();
  if (rounds > 0 && RunRepeat(vm, base, rounds).IsUnwind()) return Value::Unwind();
  return Answer(base);
}

// --- Array>>do: ----------------------------------------------------------------------------------

// Evaluates the closure with each element of the frame's receiver. Arrays do not change their
// length.
Value RunElements(VM* vm, Value* base, int64_t length) {
  Value* top = FrameEmptyStack(base);
  if (Method* variant = VariantFor(vm, base, LoopShape::kElements)) {
    top[1] = base[-2];
    top[2] = Value::Int(length - 1);
    top[3] = base[-1];
    top[4] = As<Array>(base[-2])->elements[0];
    return variant->entry(vm, variant, top + 4, base);
  }
  for (int64_t i = 0; i < length; ++i) {
    top[1] = base[-1];
    top[2] = As<Array>(base[-2])->elements[i];
    if (CallClosure(vm, top + 1, top + 2, base).IsUnwind()) return Value::Unwind();
  }
  return Nil();
}

SOM_ENTRY_ABI Value EnterElementsDo(VM* vm, Method* method, Value* sp, Value* caller) {
  if (ClassIndexOf(sp[-1]) != kArrayClass || !IsClosure(sp[0], kBlock2Class) ||
      !HasRoom(vm, method, sp)) {
    return RunBytecodes(vm, method, sp, caller);
  }
  const int64_t length = As<Array>(sp[-1])->Length();
  Value* base = PushLoopFrame(vm, method, sp, caller);
  if (base == nullptr) return Value::Unwind();
  if (length > 0 && RunElements(vm, base, length).IsUnwind()) return Value::Unwind();
  return Answer(base);
}

// --- while loops ---------------------------------------------------------------------------------

// Evaluates condition and body, receiver and argument of the frame at `base`, in turn. Answers the
// first answer of the condition that is not `wanted`.
Value RunWhile(VM* vm, Value* base, Value wanted) {
  const NativeLoop& loop = *FrameMethod(base)->native_loop;
  Value* top = FrameEmptyStack(base);
  for (;;) {
    base[kFrameIp] = RawWord(loop.condition_call);
    top[1] = base[-2];
    const Value condition = CallClosure(vm, top + 1, top + 1, base);
    if (condition != wanted) return condition;
    base[kFrameIp] = RawWord(loop.body_call);
    top[1] = base[-1];
    if (CallClosure(vm, top + 1, top + 1, base).IsUnwind()) return Value::Unwind();
    // Closures without an activation notice nothing themselves.
    if (vm->interrupt_pending) {
      vm->base = base;
      vm->sp = top;
      if (!ServeInterrupt(vm)) return Value::Unwind();
    }
  }
}

// The condition's answer is no Boolean. The bytecodes go on from there: they evaluate the condition
// again, but this time it answers what it just did.
Value GoOnWith(VM* vm, Method* method, Value* sp, Value* caller, Value* base, Value condition) {
  Value* top = FrameEmptyStack(base);
  top[1] = sp[-1];
  top[2] = condition;
  vm->base = base;
  vm->sp = top + 2;
  sp[-1] = PrimeClosure(vm, top + 1);
  return RunBytecodes(vm, method, sp, caller);
}

template <bool kWanted>
SOM_ENTRY_ABI Value EnterWhile(VM* vm, Method* method, Value* sp, Value* caller) {
  if (!IsClosure(sp[-1], kBlock1Class) || !IsClosure(sp[0], kBlock1Class) ||
      !HasRoom(vm, method, sp)) {
    return RunBytecodes(vm, method, sp, caller);
  }
  Value* base = PushLoopFrame(vm, method, sp, caller);
  if (base == nullptr) return Value::Unwind();
  const Value condition = RunWhile(vm, base, Bool(kWanted));
  if (condition == Bool(!kWanted)) return Answer(base);
  if (condition.IsUnwind()) return condition;
  return GoOnWith(vm, method, sp, caller, base, condition);
}

}  // namespace

Entry LoopEntry(LoopKind kind) {
  switch (kind) {
    case LoopKind::kToDo:
      return EnterCounting<LoopKind::kToDo>;
    case LoopKind::kToByDo:
      return EnterCounting<LoopKind::kToByDo>;
    case LoopKind::kDownToDo:
      return EnterCounting<LoopKind::kDownToDo>;
    case LoopKind::kDownToByDo:
      return EnterCounting<LoopKind::kDownToByDo>;
    case LoopKind::kTimesRepeat:
      return EnterTimesRepeat;
    case LoopKind::kElementsDo:
      return EnterElementsDo;
    case LoopKind::kDoIndexes:
      return EnterCounting<LoopKind::kDoIndexes>;
    case LoopKind::kWhileTrue:
      return EnterWhile<true>;
    case LoopKind::kWhileFalse:
      return EnterWhile<false>;
  }
  __builtin_unreachable();
}

}  // namespace som
