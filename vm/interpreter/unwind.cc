// Unwinding the stack: non-local returns, escaped blocks, restart, the end of the program. C++
// activations return Value::Unwind() one by one; each bytecode activation asks here what that means
// for it.
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

Value NonLocalReturn(VM* vm, Value* base, Value result) {
  Value escaped = *FrameReceiver(base);
  if (HomeIsActive(base)) {
    auto* home = reinterpret_cast<Value*>(As<Block>(escaped)->home_frame);
    vm->unwind = {UnwindState::Kind::kNonLocalReturn, home, result, 0, false};
    return Value::Unwind();
  }
  return vm->Send(base[kFrameSelf], kSymbolEscapedBlock, absl::MakeConstSpan(&escaped, 1));
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

UnwindAction UnwindFrame(VM* vm, Value* base) {
  UnwindState& unwind = vm->unwind;
  if (unwind.target == base) {
    if (unwind.kind == UnwindState::Kind::kRestart) {
      unwind = {};
      LeaveLoopContexts(base);
      Method* method = FrameMethod(base);
      return {Value::Unwind(), method->code + method->restart_offset};
    }
    if (unwind.kind == UnwindState::Kind::kNonLocalReturn) {
      Value result = unwind.value;
      unwind = {};
      base[kFrameHomeId] = Value::FromBits(0);
      return {result, nullptr};
    }
  }
  if (FrameMethod(base)->is_home) base[kFrameHomeId] = Value::FromBits(0);
  return {Value::Unwind(), nullptr};
}

Value RequestRestart(VM& vm) {
  // A method that restarts itself may have no other safepoint.
  if (vm.interrupt_pending && !ServeInterrupt(&vm)) return Value::Unwind();
  vm.unwind = {UnwindState::Kind::kRestart, InnermostBase(vm), Nil(), 0, false};
  return Value::Unwind();
}

}  // namespace som
