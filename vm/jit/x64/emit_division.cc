// Division of small integers: by constants with a multiplication, otherwise by the processor's
// instruction.
#include <bit>

#include "vm/jit/x64/emitter_internal.h"

namespace som::jit::x64 {

namespace {

// Quotients by `divisor`, which is at least 3, are the upper word of the product
// with `multiplier`, shifted right by `shift`; one more for negative dividends. Exact for dividends
// of 62 bits: the multiplier is less than one divisor above 2^(64 + shift) / divisor, which is
// within 2^(64 + shift) / 2^61. (Granlund and Montgomery, "Division by Invariant Integers using
// Multiplication", 1994.)
struct Reciprocal {
  int64_t multiplier;
  uint32_t shift;
};

Reciprocal ReciprocalOf(int64_t divisor) {
  __extension__ using Wide = unsigned __int128;
  const auto shift = static_cast<uint32_t>(std::bit_width(static_cast<uint64_t>(divisor))) - 2;
  const Wide power = Wide{1} << (64 + shift);
  return {static_cast<int64_t>(power / static_cast<Wide>(divisor) + 1), shift};
}

}  // namespace

// The words keep their tags through a division: the quotient loses both, the remainder keeps one.
void Emitter::EmitDivision(Node* node) {
  if (DivideByConstant(node)) return;
  const x86::Gp out = ResultReg(node);
  const x86::Gp a = Reg(node, 0, x86::rax);
  if (a != x86::rax) a_.mov(x86::rax, a);
  const x86::Gp b = Reg(node, 1);
  const bool is_constant = At(node).inputs[1].kind == Place::Kind::kConstant;
  const int64_t divisor = is_constant ? At(node).inputs[1].constant->imm : 0;
  if (node->imm == 0 && (!is_constant || divisor == 0 || divisor == -4)) {
    a_.test(b, b);
    a_.jz(ExitOf(node));
    a_.cmp(b, -4);
    a_.je(ExitOf(node));
  }
  // Words of 32 bits without a sign are divided in half the time or less.
  const asmjit::Label wide = a_.newLabel();
  const asmjit::Label divided = a_.newLabel();
  a_.mov(x86::rdx, x86::rax);
  a_.or_(x86::rdx, b);
  a_.shr(x86::rdx, 32);
  a_.jnz(wide);
  a_.div(b.r32());
  a_.bind(divided);
  Later([this, wide, divided, b] {
    a_.bind(wide);
    a_.cqo();
    a_.idiv(b);
    a_.jmp(divided);
  });
  if (node->op == IrOp::kDivideInt) {
    a_.lea(out, x86::ptr(x86::rax, x86::rax, 0));
    a_.add(out, out);
    return;
  }
  if (node->op == IrOp::kModuloInt) {
    // Floored: what has another sign than the divisor is one divisor too small.
    const asmjit::Label done = a_.newLabel();
    a_.test(x86::rdx, x86::rdx);
    a_.jz(done);
    a_.mov(x86::rax, x86::rdx);
    a_.xor_(x86::rax, b);
    a_.jns(done);
    a_.add(x86::rdx, b);
    a_.bind(done);
  }
  a_.mov(out, x86::rdx);
}

// Whether the divisor is a constant for which there is something faster; then it is done.
bool Emitter::DivideByConstant(Node* node) {
  const Place& dividend = At(node).inputs[0];
  const Place& divisor = At(node).inputs[1];
  if (dividend.kind == Place::Kind::kConstant || divisor.kind != Place::Kind::kConstant)
    return false;
  const int64_t by = divisor.constant->ConstantValue().AsInt();
  if (by < 2 || by > INT32_MAX / 4) return false;
  const x86::Gp out = ResultReg(node);
  const x86::Gp a = Reg(node, 0);
  if (std::has_single_bit(static_cast<uint64_t>(by))) {
    if (node->op == IrOp::kModuloInt) {
      a_.mov(out, a);
      a_.and_(out, static_cast<int32_t>((by - 1) * 4));
      return true;
    }
    // Rounded towards zero: negative dividends first grow by the divisor less one.
    const auto bits = static_cast<uint32_t>(std::countr_zero(static_cast<uint64_t>(by)));
    a_.mov(kScratch, a);
    a_.sar(kScratch, 63);
    a_.shr(kScratch, 62 - bits);
    a_.add(kScratch, a);
    if (node->op == IrOp::kDivideInt) {
      a_.sar(kScratch, bits);
      a_.and_(kScratch, -4);
      a_.mov(out, kScratch);
      return true;
    }
    a_.and_(kScratch, static_cast<int32_t>(-by * 4));
    a_.mov(out, a);
    a_.sub(out, kScratch);
    return true;
  }
  const Reciprocal reciprocal = ReciprocalOf(by);
  a_.mov(kScratch, a);
  a_.sar(kScratch, 2);
  MoveImmediate(x86::rax, reciprocal.multiplier);
  a_.imul(kScratch);
  if (reciprocal.shift != 0) a_.sar(x86::rdx, reciprocal.shift);
  a_.shr(kScratch, 63);
  a_.add(x86::rdx, kScratch);
  if (node->op == IrOp::kDivideInt) {
    a_.lea(out, x86::ptr(0, x86::rdx, 2));
    return true;
  }
  a_.imul(x86::rdx, x86::rdx, static_cast<int32_t>(by * 4));
  a_.mov(kScratch, a);
  a_.sub(kScratch, x86::rdx);
  if (node->op == IrOp::kModuloInt) {
    a_.mov(x86::rdx, kScratch);
    a_.sar(x86::rdx, 63);
    a_.and_(x86::rdx, static_cast<int32_t>(by * 4));
    a_.add(kScratch, x86::rdx);
  }
  a_.mov(out, kScratch);
  return true;
}

}  // namespace som::jit::x64
