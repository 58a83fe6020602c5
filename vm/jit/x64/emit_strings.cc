// Strings: characters by position, and texts compared word by word.
#include <cstring>

#include "vm/jit/x64/emitter_internal.h"
#include "vm/objects/object.h"
#include "vm/objects/well_known.h"
#include "vm/text/unicode.h"

namespace som::jit::x64 {

namespace {

constexpr int64_t kByteLength = offsetof(String, byte_length);
constexpr int64_t kCharLength = offsetof(String, char_length);
constexpr int64_t kBytes = offsetof(String, bytes);

x86::Mem HalfOf(const x86::Gp& object, int64_t offset) {
  return x86::dword_ptr(object, static_cast<int32_t>(offset) - 1);
}

}  // namespace

bool Emitter::EmitString(Node* node) {
  switch (node->op) {
    case IrOp::kLoadStringLength: {
      const x86::Gp out = ResultReg(node);
      a_.mov(out.r32(), HalfOf(Reg(node, 0), kCharLength));
      a_.shl(out, 2);
      return true;
    }
    case IrOp::kLoadText: {
      const x86::Gp out = ResultReg(node);
      const asmjit::Label found = a_.newLabel();
      const x86::Gp string = Reg(node, 0, out);
      if (out != string) a_.mov(out, string);
      a_.cmp(HalfOf(out, kByteLength), String::kInBuffer);
      a_.jne(found);
      a_.mov(out, FieldOf(out, offsetof(String, grown.buffer)));
      a_.bind(found);
      return true;
    }
    case IrOp::kCheckAscii: {
      const x86::Gp string = Reg(node, 0);
      const asmjit::Label exit = ExitOf(node);
      if (string == kScratch) {
        const auto* text = As<String>(At(node).inputs[0].constant->ConstantValue());
        if (!text->IsAscii() || text->IsGrown()) a_.jmp(exit);
        return true;
      }
      a_.mov(kScratch.r32(), HalfOf(string, kCharLength));
      a_.cmp(kScratch.r32(), HalfOf(string, kByteLength));
      a_.jne(exit);
      return true;
    }
    case IrOp::kLoadCharacter:
      EmitCharacter(node);
      return true;
    case IrOp::kLoadKinds: {
      const x86::Gp out = ResultReg(node);
      a_.movzx(out.r32(), x86::byte_ptr(Reg(node, 0, out), static_cast<int32_t>(kBytes) - 1));
      MoveImmediate(kScratch, reinterpret_cast<int64_t>(KindsOfBytes().data()));
      a_.movzx(out.r32(), x86::byte_ptr(kScratch, out));
      a_.shl(out.r32(), 2);
      return true;
    }
    case IrOp::kStringsEqual: {
      const x86::Gp out = ResultReg(node);
      const asmjit::Label is_equal = a_.newLabel();
      const asmjit::Label differs = a_.newLabel();
      const asmjit::Label done = a_.newLabel();
      const auto& inputs = At(node).inputs;
      const bool first_is_constant = inputs[0].kind == Place::Kind::kConstant;
      if (first_is_constant || inputs[1].kind == Place::Kind::kConstant) {
        CompareWithText(node, first_is_constant ? 1 : 0, differs);
      } else {
        CompareTexts(node, out, is_equal, differs);
      }
      a_.bind(is_equal);
      a_.mov(out.r32(), static_cast<uint32_t>(True().bits()));
      a_.jmp(done);
      a_.bind(differs);
      a_.mov(out.r32(), static_cast<uint32_t>(False().bits()));
      a_.bind(done);
      return true;
    }
    case IrOp::kBranchText: {
      const bool equal = static_cast<IrCondition>(node->imm) == IrCondition::kEqual;
      const Block* same = node->block->successors[equal ? 0 : 1];
      const Block* other = node->block->successors[equal ? 1 : 0];
      CompareWithText(node, 0, LabelOf(other));
      if (!IsNext(same)) a_.jmp(LabelOf(same));
      return true;
    }
    default:
      return false;
  }
}

void Emitter::EmitCharacter(Node* node) {
  const x86::Gp out = ResultReg(node);
  const x86::Gp string = Reg(node, 0, out);
  const Place& index = At(node).inputs[1];
  // The first character has the index 1.
  const int32_t first = static_cast<int32_t>(kBytes) - 2;
  if (index.kind == Place::Kind::kConstant) {
    const int64_t offset = index.constant->ConstantValue().AsInt() + first;
    if (offset <= INT32_MAX) {
      a_.movsx(kScratch.r32(), x86::byte_ptr(string, static_cast<int32_t>(offset)));
    } else {
      MoveImmediate(kScratch, offset);
      a_.movsx(kScratch.r32(), x86::byte_ptr(string, kScratch));
    }
  } else {
    a_.mov(kScratch, x86::gpq(static_cast<uint32_t>(index.index)));
    a_.shr(kScratch, 2);
    a_.movsx(kScratch.r32(), x86::byte_ptr(string, kScratch, 0, first));
  }
  a_.test(kScratch.r32(), kScratch.r32());
  a_.js(ExitOf(node));
  MoveImmediate(out, reinterpret_cast<int64_t>(addresses_.characters));
  a_.mov(out, x86::qword_ptr(out, kScratch, 3));
}

// Jumps to `differs` unless the input has the text of the other one, a constant.
void Emitter::CompareWithText(Node* node, size_t input, const asmjit::Label& differs) {
  const Value constant = At(node).inputs[1 - input].constant->ConstantValue();
  if (!IsString(constant)) {
    a_.jmp(differs);
    return;
  }
  const std::string_view text = As<String>(constant)->View();
  if (At(node).inputs[input].kind == Place::Kind::kConstant) {
    const Value other = At(node).inputs[input].constant->ConstantValue();
    if (!IsString(other) || As<String>(other)->View() != text) a_.jmp(differs);
    return;
  }
  const x86::Gp string = Reg(node, input);
  if (input == 1 && node->imm == 1) CheckText(string, differs);
  // Only long texts may be in buffers.
  const bool may_be_grown = text.size() >= String::kLeastGrownBytes;
  const asmjit::Label same = a_.newLabel();
  const asmjit::Label unlike = may_be_grown ? a_.newLabel() : differs;
  a_.cmp(HalfOf(string, kByteLength), static_cast<uint32_t>(text.size()));
  a_.jne(unlike);
  for (size_t i = 0; i < text.size(); i += 8) {
    const size_t rest = text.size() - i;
    uint64_t word = 0;
    std::memcpy(&word, text.data() + i, std::min<size_t>(rest, 8));
    const int64_t offset = kBytes + static_cast<int64_t>(i);
    if (rest <= 4) {
      a_.cmp(HalfOf(string, offset), static_cast<uint32_t>(word));
    } else {
      MoveImmediate(kScratch, static_cast<int64_t>(word));
      a_.cmp(FieldOf(string, offset), kScratch);
    }
    a_.jne(differs);
  }
  a_.bind(same);
  if (!may_be_grown) return;
  Later([this, string, constant, differs, same, unlike] {
    a_.bind(unlike);
    a_.cmp(HalfOf(string, kByteLength), String::kInBuffer);
    a_.jne(differs);
    MoveImmediate(kScratch, static_cast<int64_t>(constant.bits()));
    AskWhetherSame(string, kScratch, same, differs);
  });
}

// By a call that keeps all registers but r11.
void Emitter::AskWhetherSame(const x86::Gp& a, const x86::Gp& b, const asmjit::Label& same,
                             const asmjit::Label& differs) {
  a_.push(a);
  a_.push(b);
  CallStub(addresses_.stubs.same_text);
  a_.lea(x86::rsp, x86::ptr(x86::rsp, 16));
  a_.test(kScratch.r32(), kScratch.r32());
  a_.jz(differs);
  a_.jmp(same);
}

// Jumps to `differs` unless the value is a String or Symbol.
void Emitter::CheckText(const x86::Gp& value, const asmjit::Label& differs) {
  static_assert(static_cast<int>(Kind::kGrownString) == static_cast<int>(Kind::kString) + 2);
  static_assert(Object::kKindShift == 8);
  a_.lea(kScratch.r32(), x86::ptr(value, -1));
  a_.test(kScratch.r8(), 3);
  a_.jnz(differs);
  a_.movzx(kScratch.r32(), x86::byte_ptr(value, 0));  // the header's second byte
  a_.and_(kScratch.r32(), 15);
  a_.sub(kScratch.r32(), static_cast<uint32_t>(Kind::kString));
  a_.cmp(kScratch.r32(), 2);
  a_.ja(differs);
}

// Goes on where both inputs have the same text, or jumps to `is_equal`. `index` is free.
void Emitter::CompareTexts(Node* node, const x86::Gp& index, const asmjit::Label& is_equal,
                           const asmjit::Label& differs) {
  const x86::Gp a = Reg(node, 0);
  const x86::Gp b = Reg(node, 1);
  const asmjit::Label next = a_.newLabel();
  a_.cmp(a, b);
  a_.je(is_equal);
  const asmjit::Label unlike = a_.newLabel();
  const asmjit::Label ask = a_.newLabel();
  if (node->imm == 1) CheckText(b, differs);
  a_.mov(index.r32(), HalfOf(a, kByteLength));
  a_.cmp(index.r32(), HalfOf(b, kByteLength));
  a_.jne(unlike);
  static_assert(String::kInBuffer > UINT32_MAX - 7 && String::kMaxBytes <= UINT32_MAX - 7);
  a_.add(index.r32(), 7);
  a_.jc(ask);
  a_.and_(index.r32(), -8);
  a_.bind(next);
  a_.sub(index, 8);
  a_.jb(is_equal);
  a_.mov(kScratch, x86::qword_ptr(a, index, 0, static_cast<int32_t>(kBytes) - 1));
  a_.cmp(kScratch, x86::qword_ptr(b, index, 0, static_cast<int32_t>(kBytes) - 1));
  a_.je(next);
  a_.jmp(differs);
  Later([this, a, b, index, is_equal, differs, unlike, ask] {
    a_.bind(unlike);
    a_.cmp(index.r32(), String::kInBuffer);
    a_.je(ask);
    a_.cmp(HalfOf(b, kByteLength), String::kInBuffer);
    a_.jne(differs);
    a_.bind(ask);
    AskWhetherSame(a, b, is_equal, differs);
  });
}

}  // namespace som::jit::x64
