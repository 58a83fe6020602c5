// Calls: of methods, closures, primitives and functions of the runtime. Nothing is in a register
// when they happen; what lives on is in the frame's words that the safepoint names.
#include "vm/code/send_site.h"
#include "vm/jit/x64/emitter_internal.h"
#include "vm/objects/object.h"

namespace som::jit::x64 {

// Receiver and arguments, to where the callee expects them.
void Emitter::StoreOutgoing(Node* node) {
  for (size_t i = 0; i < node->inputs.size(); ++i) {
    const x86::Mem target = Slot(code_->outgoing_words + static_cast<int64_t>(i));
    const Place& place = At(node).inputs[i];
    if (place.kind == Place::Kind::kConstant) {
      StoreImmediate(target, place.constant->imm);
    } else {
      a_.mov(target, Reg(node, i));
    }
  }
}

// Makes the frame one that the collector and traces can read, its stack ending with `top_words`
// words of arguments.
void Emitter::SetSafepoint(const ExitState& exit, int32_t top_words) {
  a_.mov(Slot(kFrameIp), static_cast<int32_t>((exit.index << 1) | 1));
  a_.mov(MemoryAt(addresses_.base, 8), kFrameBase);
  a_.lea(x86::rax, Slot(code_->outgoing_words + top_words - 1));
  a_.mov(MemoryAt(addresses_.sp, 8), x86::rax);
}

// Arguments of the frame itself are the caller's to show to the collector, which must see no slot
// twice.
void Emitter::AddLiveSlot(ExitState& exit, int32_t slot) {
  if (slot >= 0) exit.live_slots.push_back(slot);
}

void Emitter::CallFunction(const void* function) {
  MoveImmediate(x86::rax, reinterpret_cast<int64_t>(function));
  a_.call(x86::rax);
}

void Emitter::AfterCall(Node* node, ExitState& exit) {
  (void)node;
  const asmjit::Label place = a_.newLabel();
  const asmjit::Label stub = a_.newLabel();
  a_.bind(place);
  a_.cmp(x86::rax, static_cast<int32_t>(Value::Unwind().bits()));
  a_.je(stub);
  patches_.push_back({&exit, place, stub});
  Later([this, stub, &exit] {
    a_.bind(stub);
    a_.mov(kScratch.r32(), exit.index);
    CallStub(addresses_.stubs.returned);
    a_.jmp(epilogue_);
  });
}

void Emitter::CheckPending(ExitState& exit) {
  const asmjit::Label stub = a_.newLabel();
  a_.cmp(MemoryAt(addresses_.interrupt_pending, 1), 0);
  a_.jne(stub);
  exit.resume_offset = static_cast<uint32_t>(a_.offset());
  Later([this, stub, &exit] {
    a_.bind(stub);
    a_.mov(kScratch.r32(), exit.index);
    CallStub(addresses_.stubs.interrupted);
    a_.jmp(epilogue_);
  });
}

void Emitter::TakeResult(Node* node) {
  const Place& result = At(node).result;
  if (result.kind == Place::Kind::kRegister) {
    const x86::Gp out = ResultReg(node);
    if (out != x86::rax) a_.mov(out, x86::rax);
  } else if (result.kind == Place::Kind::kSlot) {
    a_.mov(Slot(result.index), x86::rax);
  }
}

// To whatever method the global cache has for the receiver's class (stubs.cc).
void Emitter::EmitSend(Node* node, ExitState& exit) {
  StoreOutgoing(node);
  a_.mov(kSendReceiver, Slot(code_->outgoing_words));
  a_.mov(Slot(kFrameIp), static_cast<int32_t>((exit.index << 1) | 1));
  MoveImmediate(kSendExit, reinterpret_cast<int64_t>(&exit));
  a_.mov(kSendSelector.r32(), exit.site->selector);
  a_.lea(kEntrySp, Slot(code_->outgoing_words + static_cast<int32_t>(node->inputs.size()) - 1));
  a_.mov(kEntryCaller, kFrameBase);
  CallStub(addresses_.stubs.send);
  AfterCall(node, exit);
}

bool Emitter::EmitCall(Node* node) {
  const auto vm = reinterpret_cast<int64_t>(addresses_.vm);
  const auto count = static_cast<int32_t>(node->inputs.size());
  switch (node->op) {
    case IrOp::kHasOwnNilProtocol:
    case IrOp::kLoadClass: {
      a_.mov(x86::rsi, Reg(node, 0));
      MoveImmediate(x86::rdi, vm);
      CallFunction(node->op == IrOp::kLoadClass
                       ? reinterpret_cast<const void*>(addresses_.class_of)
                       : reinterpret_cast<const void*>(addresses_.has_own_nil_protocol));
      TakeResult(node);
      return true;
    }
    default:
      if (!node->Has(ir_effect::kCalls)) return false;
  }
  ExitState& exit = NewExit(node, false);
  for (const LiveValue& value : request_.allocation->live_tagged[node->id])
    AddLiveSlot(exit, value.place.index);
  switch (node->op) {
    case IrOp::kCallMethod:
    case IrOp::kCallBlock:
      StoreOutgoing(node);
      a_.mov(Slot(kFrameIp), static_cast<int32_t>((exit.index << 1) | 1));
      if (node->op == IrOp::kCallMethod) {
        MoveImmediate(kEntryMethod, reinterpret_cast<int64_t>(node->data));
      } else {
        a_.mov(kEntryMethod, Slot(code_->outgoing_words));
        a_.mov(kEntryMethod, FieldOf(kEntryMethod, offsetof(som::Block, code)));
      }
      MoveImmediate(kEntryVm, vm);
      a_.lea(kEntrySp, Slot(code_->outgoing_words + count - 1));
      a_.mov(kEntryCaller, kFrameBase);
      a_.call(x86::qword_ptr(kEntryMethod, static_cast<int32_t>(offsetof(Method, entry))));
      AfterCall(node, exit);
      break;
    case IrOp::kCallPrimitive:
      StoreOutgoing(node);
      SetSafepoint(exit, count);
      MoveImmediate(x86::rdi, vm);
      a_.lea(x86::rsi, Slot(code_->outgoing_words));
      CallFunction(
          reinterpret_cast<const void*>(static_cast<const Method*>(node->data)->primitive));
      AfterCall(node, exit);
      a_.mov(x86::rcx, x86::rax);
      CheckPending(exit);
      a_.mov(x86::rax, x86::rcx);
      break;
    case IrOp::kCallSite:
      exit.site = static_cast<const SendSite*>(node->data);
      exit.sends_left = addresses_.settled_sends;
      if (!exit.site->is_super) {
        EmitSend(node, exit);
        break;
      }
      StoreOutgoing(node);
      SetSafepoint(exit, count);
      MoveImmediate(x86::rdi, vm);
      MoveImmediate(x86::rsi, reinterpret_cast<int64_t>(&exit));
      a_.lea(x86::rdx, Slot(code_->outgoing_words + count - 1));
      a_.mov(x86::rcx, kFrameBase);
      CallFunction(reinterpret_cast<const void*>(addresses_.send));
      AfterCall(node, exit);
      break;
    case IrOp::kCopyArray:
      SetSafepoint(exit, 0);
      a_.mov(x86::rsi, Reg(node, 0));
      MoveImmediate(x86::rdi, vm);
      CallFunction(reinterpret_cast<const void*>(addresses_.copy_array));
      a_.mov(x86::rcx, x86::rax);
      CheckPending(exit);
      a_.mov(x86::rax, x86::rcx);
      break;
    default:
      // Both go through outgoing words, which the collector sees.
      StoreOutgoing(node);
      a_.mov(x86::rax, Slot(code_->outgoing_words + 1));
      a_.mov(Slot(kFrameSelf), x86::rax);
      SetSafepoint(exit, count);
      MoveImmediate(x86::rdi, vm);
      a_.mov(x86::rsi, kFrameBase);
      a_.mov(x86::rdx, Slot(code_->outgoing_words));
      CallFunction(reinterpret_cast<const void*>(addresses_.non_local_return));
      AfterCall(node, exit);
      break;
  }
  TakeResult(node);
  return true;
}

}  // namespace som::jit::x64
