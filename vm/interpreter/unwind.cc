// Unwinding the stack: non-local returns, escaped blocks, restart, the end of the program. C++
// activations return Value::Unwind() one by one; each bytecode activation asks here what that means
// for it.
#include <algorithm>
#include <vector>

#include "compiler/description.h"
#include "vm/code/frame.h"
#include "vm/interpreter/activations.h"
#include "vm/interpreter/slow_paths.h"
#include "vm/vm.h"

namespace som {

bool HomeIsActive(Value* base) {
  const auto* block = As<Block>(*FrameReceiver(base));
  return block->home_id != 0 &&
         reinterpret_cast<Value*>(block->home_frame)[kFrameHomeId].bits() == block->home_id;
}

// The base of the activation that the newest one's code is part of, as far as programs can tell:
// its own, but that of an operand of a control structure (compiler/inline_control.h) belongs to the
// nearest activation of the code around it. Where there is none, because a method of that name has
// kept the closure, it stands for itself.
static Value* BaseOfWhole(VM& vm) {
  std::vector<ActivationView> activations;
  FrameIterator frames(vm);
  size_t next = 0;
  const auto find = [&](const auto& is_wanted) -> const ActivationView* {
    while (true) {
      for (; next < activations.size(); ++next) {
        if (is_wanted(activations[next])) return &activations[next];
      }
      if (frames.done()) return nullptr;
      frames.AppendActivations(&activations);
      frames.Next();
    }
  };
  const ActivationView* own = find([](const ActivationView&) { return true; });
  Value* const base = own->base;
  const Method* part = own->method;
  while (part->is_block && part->unit_description().is_operand) {
    const uint32_t unit = part->unit_description().enclosing_unit;
    const ActivationView* whole = find([&](const ActivationView& candidate) {
      return candidate.method->home == part->home && candidate.method->unit == unit;
    });
    if (whole == nullptr) return base;
    if (!whole->method->is_block || !whole->method->unit_description().is_operand)
      return whole->base;
    part = whole->method;
  }
  return base;
}

Value NonLocalReturn(VM* vm, Value* base, Value result) {
  Value escaped = *FrameReceiver(base);
  if (HomeIsActive(base)) {
    auto* home = reinterpret_cast<Value*>(As<Block>(escaped)->home_frame);
    vm->unwind = {UnwindState::Kind::kNonLocalReturn, home, result, 0, false};
    return Value::Unwind();
  }
  Value answer = vm->Send(base[kFrameSelf], kSymbolEscapedBlock, absl::MakeConstSpan(&escaped, 1));
  if (answer.IsUnwind() || !FrameMethod(base)->unit_description().is_operand) return answer;
  Value* whole = BaseOfWhole(*vm);
  if (whole == base) return answer;
  vm->unwind = {UnwindState::Kind::kNonLocalReturn, whole, answer, 0, false};
  return Value::Unwind();
}

// Leaves the contexts of the loop bodies that the activation is in, so that its own one, if it has
// one, is the innermost.
static void LeaveLoopContexts(Value* base) {
  Method* method = FrameMethod(base);
  if (!method->has_context_slot) return;
  Value outside = method->is_block ? As<Block>(*FrameReceiver(base))->context : Nil();
  Value& context = base[kFrameContext];
  while (context != outside && As<Context>(context)->outer != outside)
    context = As<Context>(context)->outer;
}

// Makes the activation what it was when it began, of the method that its class has by now if the
// frame has room for it. Answers where it begins.
static CodeUnit* Reenter(VM* vm, Value* base) {
  Method* method = FrameMethod(base);
  if (!method->is_block) {
    Method* current = vm->classes().Lookup(method->holder, method->selector);
    if (current != nullptr && current->holder == method->holder &&
        current->kind == MethodKind::kBytecode && base + current->frame_words <= vm->StackLimit()) {
      method = current;
      base[kFrameMethod] = RawWord(method);
    }
  }
  base[kFrameContext] = method->is_block ? As<Block>(*FrameReceiver(base))->context : Nil();
  Value* locals = FrameLocals(base);
  std::fill(locals + method->copied_count, locals + method->local_count, Nil());
  if (method->is_home) base[kFrameHomeId] = Value::FromBits(MakeHomeId(++vm->home_serial));
  return method->code;
}

UnwindAction UnwindFrame(VM* vm, Value* base) {
  UnwindState& unwind = vm->unwind;
  if (unwind.target == base) {
    if (unwind.kind == UnwindState::Kind::kRestart) {
      unwind = {};
      LeaveLoopContexts(base);
      Method* method = FrameMethod(base);
      return {Value::Unwind(), method->code + method->restart_offset};
    }
    if (unwind.kind == UnwindState::Kind::kReenter) {
      unwind = {};
      return {Value::Unwind(), Reenter(vm, base)};
    }
    if (unwind.kind == UnwindState::Kind::kNonLocalReturn) {
      Value result = unwind.value;
      unwind = {};
      base[kFrameHomeId] = Value::FromBits(0);
      // A round of a loop is over, not the loop.
      Method* method = FrameMethod(base);
      if (method->is_loop_variant) return {Value::Unwind(), method->code + method->next_offset};
      return {result, nullptr};
    }
  }
  if (FrameMethod(base)->is_home) base[kFrameHomeId] = Value::FromBits(0);
  return {Value::Unwind(), nullptr};
}

Value RequestRestart(VM& vm) {
  // A method that restarts itself may have no other safepoint.
  if (vm.interrupt_pending && !ServeInterrupt(&vm)) return Value::Unwind();
  vm.unwind = {UnwindState::Kind::kRestart, BaseOfWhole(vm), Nil(), 0, false};
  return Value::Unwind();
}

}  // namespace som
