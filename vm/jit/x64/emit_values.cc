// Arithmetic, comparisons and guards.
#include <bit>
#include <cmath>

#include "vm/jit/x64/emitter_internal.h"
#include "vm/objects/well_known.h"

namespace som::jit::x64 {

namespace {

x86::CondCode SignedCondition(int64_t imm) {
  switch (static_cast<IrCondition>(imm)) {
    case IrCondition::kLess:
      return x86::CondCode::kL;
    case IrCondition::kLessEqual:
      return x86::CondCode::kLE;
    case IrCondition::kGreater:
      return x86::CondCode::kG;
    case IrCondition::kGreaterEqual:
      return x86::CondCode::kGE;
    case IrCondition::kEqual:
      return x86::CondCode::kE;
    case IrCondition::kNotEqual:
      return x86::CondCode::kNE;
  }
  __builtin_unreachable();
}

// Comparing doubles sets the flags of unsigned integers.
x86::CondCode UnsignedCondition(int64_t imm) {
  switch (static_cast<IrCondition>(imm)) {
    case IrCondition::kLess:
      return x86::CondCode::kB;
    case IrCondition::kLessEqual:
      return x86::CondCode::kBE;
    case IrCondition::kGreater:
      return x86::CondCode::kA;
    case IrCondition::kGreaterEqual:
      return x86::CondCode::kAE;
    default:
      return SignedCondition(imm);
  }
}

}  // namespace

// Sets the flags of comparing two tagged inputs.
void Emitter::CompareInputs(Node* node, size_t a, size_t b) {
  int64_t immediate = 0;
  const x86::Gp left = Reg(node, a);
  if (IsImmediate(node, b, &immediate)) {
    if (immediate == 0) {
      a_.test(left, left);
    } else {
      a_.cmp(left, static_cast<int32_t>(immediate));
    }
    return;
  }
  if (left == kScratch) {
    // Both are constants or the first is: the second one is in a register, or comparing is for the
    // stack.
    const Place& right = At(node).inputs[b];
    if (right.kind == Place::Kind::kRegister) {
      a_.cmp(left, x86::gpq(static_cast<uint32_t>(right.index)));
      return;
    }
    a_.push(x86::rax);
    MoveImmediate(x86::rax, right.constant->imm);
    a_.cmp(left, x86::rax);
    a_.pop(x86::rax);
    return;
  }
  a_.cmp(left, Reg(node, b));
}

void Emitter::CompareDoubles(Node* node) {
  // The check of their order has just compared them, and moves keep flags.
  if (last_ != nullptr && last_->op == IrOp::kCheckOrdered && last_->inputs == node->inputs) return;
  const x86::Xmm a = Floating(node, 0);
  const Place& b = At(node).inputs[1];
  if (b.kind == Place::Kind::kConstant) {
    a_.ucomisd(a, PoolConstant(b.constant->imm));
  } else {
    a_.ucomisd(a, x86::xmm(static_cast<uint32_t>(b.index)));
  }
}

bool Emitter::EmitValue(Node* node) {
  switch (node->op) {
    case IrOp::kAddInt:
    case IrOp::kSubtractInt:
    case IrOp::kMultiplyInt:
    case IrOp::kAndInt:
    case IrOp::kOrInt:
    case IrOp::kXorInt:
      EmitIntArithmetic(node);
      return true;
    case IrOp::kDivideInt:
    case IrOp::kModuloInt:
    case IrOp::kRemainderInt:
      EmitDivision(node);
      return true;
    case IrOp::kShiftLeftInt:
    case IrOp::kShiftRightInt:
      EmitShift(node);
      return true;
    case IrOp::kMinInt:
    case IrOp::kMaxInt:
    case IrOp::kAbsInt:
      EmitExtreme(node);
      return true;
    case IrOp::kCompareInt:
    case IrOp::kCompareDouble:
    case IrOp::kCompareSame:
      EmitCompare(node);
      return true;
    case IrOp::kSelect: {
      const x86::Gp out = ResultReg(node);
      const x86::Gp other = Reg(node, 2, out);
      if (other != out) a_.mov(out, other);
      a_.cmp(Reg(node, 0), static_cast<int32_t>(True().bits()));
      a_.cmove(out, Reg(node, 1));
      return true;
    }
    default:
      if (node->op >= IrOp::kUnbox && node->op <= IrOp::kSquareRoot) {
        EmitDouble(node);
        return true;
      }
      return EmitGuard(node);
  }
}

void Emitter::EmitIntArithmetic(Node* node) {
  const x86::Gp out = ResultReg(node);
  int64_t immediate = 0;
  if (node->op == IrOp::kMultiplyInt) {
    if (IsImmediate(node, 1, &immediate)) {
      a_.imul(out, Reg(node, 0), static_cast<int32_t>(immediate >> 2));
    } else {
      // One of the two is untagged: in the result's register, if it may have been loaded there.
      const x86::Gp a = Reg(node, 0, out);
      const x86::Gp b = Reg(node, 1);
      const bool untags_first = a == out || b == kScratch;
      if (untags_first) {
        if (a != out) a_.mov(out, a);
      } else {
        a_.mov(out, b);
      }
      a_.sar(out, 2);
      a_.imul(out, untags_first ? b : a);
    }
    if (node->imm == 0) a_.jo(ExitOf(node));
    return;
  }
  const x86::Gp a = Reg(node, 0, out);
  const bool is_small = IsImmediate(node, 1, &immediate);
  if (a != out) a_.mov(out, a);
  auto apply = [&](auto operation) {
    if (is_small) {
      operation(asmjit::Imm(static_cast<int32_t>(immediate)));
    } else {
      operation(Reg(node, 1));
    }
  };
  switch (node->op) {
    case IrOp::kAddInt:
    case IrOp::kSubtractInt: {
      const bool adds = node->op == IrOp::kAddInt;
      auto change = [this, out, adds](const auto& b, bool back) {
        adds != back ? a_.add(out, b) : a_.sub(out, b);
      };
      apply([&](const auto& b) { change(b, false); });
      if (node->imm == 0 && a != out) a_.jo(ExitOf(node));
      if (node->imm == 0 && a == out) {
        // The exit wants the first operand, which the result has overwritten.
        const asmjit::Label overflow = a_.newLabel();
        a_.jo(overflow);
        apply([&](const auto& b) {
          Later([this, overflow, change, b, exit = ExitOf(node)] {
            a_.bind(overflow);
            change(b, true);
            a_.jmp(exit);
          });
        });
      }
      break;
    }
    case IrOp::kAndInt:
      apply([&](const auto& b) { a_.and_(out, b); });
      break;
    case IrOp::kOrInt:
      apply([&](const auto& b) { a_.or_(out, b); });
      break;
    default:
      apply([&](const auto& b) { a_.xor_(out, b); });
      break;
  }
}

void Emitter::EmitShift(Node* node) {
  const x86::Gp out = ResultReg(node);
  const bool left = node->op == IrOp::kShiftLeftInt;
  const bool is_checked = node->MayExit();
  const bool is_constant = At(node).inputs[1].kind == Place::Kind::kConstant;
  uint32_t count = 0;
  if (is_constant) {
    const int64_t distance = At(node).inputs[1].constant->imm >> 2;
    if (distance < 0 || distance > 61) {
      a_.jmp(ExitOf(node));
      return;
    }
    count = static_cast<uint32_t>(distance);
  } else {
    a_.mov(x86::rcx, Reg(node, 1));
    if (is_checked && node->imm2 == 0) {
      a_.cmp(x86::rcx, 61 * 4);
      a_.ja(ExitOf(node));
    }
    a_.shr(x86::ecx, 2);
  }
  const x86::Gp a = Reg(node, 0, out);
  if (left) {
    if (!is_checked) {
      if (a != out) a_.mov(out, a);
      is_constant ? a_.shl(out, count) : a_.shl(out, x86::cl);
      return;
    }
    // `a` is in the result's register only as a constant: nothing to be undone.
    if (is_constant && count == 1) {
      if (a != out) a_.mov(out, a);
      a_.add(out, out);
      a_.jo(ExitOf(node));
      return;
    }
    if (a == out) {
      // A constant: checked against what it was.
      a_.mov(kScratch, out);
      a_.push(kScratch);
    }
    if (a != out) a_.mov(out, a);
    is_constant ? a_.shl(out, count) : a_.shl(out, x86::cl);
    a_.mov(kScratch, out);
    is_constant ? a_.sar(kScratch, count) : a_.sar(kScratch, x86::cl);
    if (a == out) {
      a_.cmp(kScratch, x86::qword_ptr(x86::rsp));
      a_.lea(x86::rsp, x86::ptr(x86::rsp, 8));
    } else {
      a_.cmp(kScratch, a);
    }
    a_.jne(ExitOf(node));
    return;
  }
  if (is_checked) {
    a_.test(a, a);
    a_.js(ExitOf(node));
  }
  if (a != out) a_.mov(out, a);
  is_constant ? a_.shr(out, count) : a_.shr(out, x86::cl);
  a_.and_(out, -4);
}

void Emitter::EmitExtreme(Node* node) {
  const x86::Gp out = ResultReg(node);
  const x86::Gp a = Reg(node, 0, out);
  if (a != out) a_.mov(out, a);
  if (node->op == IrOp::kAbsInt) {
    if (a == out) a_.mov(kScratch, out);
    a_.neg(out);
    a_.jo(ExitOf(node));
    a_.cmovs(out, a == out ? kScratch : a);
    return;
  }
  const x86::Gp b = Reg(node, 1);
  a_.cmp(out, b);
  if (node->op == IrOp::kMinInt) {
    a_.cmovg(out, b);
  } else {
    a_.cmovl(out, b);
  }
}

// What has no 64-bit integer is converted to the smallest one, and for that shifting overflows,
// too.
void Emitter::EmitDoubleToInt(Node* node) {
  const x86::Gp out = ResultReg(node);
  const x86::Xmm input = Floating(node, 0);
  if (node->imm == 0) {
    a_.cvttsd2si(out, input);
  } else {
    // The largest double below a half: adding it carries just the numbers that are to be rounded
    // up.
    a_.movq(out, input);
    a_.shr(out, 63);
    a_.shl(out, 63);
    MoveImmediate(kScratch, std::bit_cast<int64_t>(std::nextafter(0.5, 0.0)));
    a_.or_(kScratch, out);
    if (input == kFloatScratch) {
      a_.push(kScratch);
      a_.addsd(kFloatScratch, x86::ptr(x86::rsp));
      a_.pop(kScratch);
    } else {
      a_.movq(kFloatScratch, kScratch);
      a_.addsd(kFloatScratch, input);
    }
    a_.cvttsd2si(out, kFloatScratch);
  }
  a_.add(out, out);
  a_.jo(ExitOf(node));
  a_.add(out, out);
  a_.jo(ExitOf(node));
}

void Emitter::EmitDouble(Node* node) {
  if (node->op == IrOp::kBox) {
    const x86::Gp out = ResultReg(node);
    a_.movq(out, Floating(node, 0));
    a_.rol(out, 4);
    a_.sub(out, 1);
    a_.test(out, 2);
    a_.jz(ExitOf(node));
    return;
  }
  if (node->op == IrOp::kDoubleToInt) {
    EmitDoubleToInt(node);
    return;
  }
  const x86::Xmm out = ResultXmm(node);
  auto decode = [this, out](const x86::Gp& input) {
    a_.lea(kScratch, x86::ptr(input, 1));
    a_.ror(kScratch, 4);
    a_.movq(out, kScratch);
  };
  auto convert = [this, out](const x86::Gp& input) {
    if (input != kScratch) a_.mov(kScratch, input);
    a_.sar(kScratch, 2);
    a_.xorps(out, out);
    a_.cvtsi2sd(out, kScratch);
  };
  switch (node->op) {
    case IrOp::kUnbox:
    case IrOp::kIntToDouble: {
      const x86::Gp input = Reg(node, 0);
      if (node->op == IrOp::kUnbox) {
        decode(input);
      } else {
        convert(input);
      }
      return;
    }
    case IrOp::kToDouble: {
      // Mostly a double.
      const asmjit::Label is_other = a_.newLabel();
      const asmjit::Label done = a_.newLabel();
      const x86::Gp input = Reg(node, 0);
      a_.test(input.r8(), 2);
      a_.jz(is_other);
      decode(input);
      a_.bind(done);
      Later([this, is_other, done, input, convert, exit = ExitOf(node)] {
        a_.bind(is_other);
        a_.test(input.r8(), 1);
        a_.jnz(exit);
        convert(input);
        a_.jmp(done);
      });
      return;
    }
    case IrOp::kSquareRoot:
      a_.sqrtsd(out, Floating(node, 0));
      return;
    default:
      break;
  }
  const Place& first = At(node).inputs[0];
  if (first.kind == Place::Kind::kXmm) {
    if (first.index != At(node).result.index) a_.movaps(out, Floating(node, 0));
  } else {
    a_.movsd(out, first.kind == Place::Kind::kConstant ? PoolConstant(first.constant->imm)
                                                       : DoubleWord(first.index));
  }
  const x86::Xmm b = Floating(node, 1);
  switch (node->op) {
    case IrOp::kAddDouble:
      a_.addsd(out, b);
      break;
    case IrOp::kSubtractDouble:
      a_.subsd(out, b);
      break;
    case IrOp::kMultiplyDouble:
      a_.mulsd(out, b);
      break;
    default:
      a_.divsd(out, b);
      break;
  }
}

void Emitter::EmitCompare(Node* node) {
  x86::CondCode condition = SignedCondition(node->imm);
  if (node->op == IrOp::kCompareDouble) {
    CompareDoubles(node);
    condition = UnsignedCondition(node->imm);
  } else {
    CompareInputs(node, 0, 1);
  }
  const x86::Gp out = ResultReg(node);
  a_.mov(out.r32(), static_cast<uint32_t>(False().bits()));
  a_.mov(kScratch.r32(), static_cast<uint32_t>(True().bits()));
  a_.cmov(condition, out, kScratch);
}

bool Emitter::EmitGuard(Node* node) {
  switch (node->op) {
    case IrOp::kCheckInt:
      a_.test(Reg(node, 0).r8(), 3);
      a_.jnz(ExitOf(node));
      return true;
    case IrOp::kCheckDouble:
      a_.test(Reg(node, 0).r8(), 2);
      a_.jz(ExitOf(node));
      return true;
    case IrOp::kCheckClass: {
      const x86::Gp object = Reg(node, 0, x86::r11);
      if (node->imm2 == 0) {
        if (object == kScratch) {
          // A constant is a heap object or never of the class.
          const Value value = At(node).inputs[0].constant->ConstantValue();
          if (!value.IsObject()) {
            a_.jmp(ExitOf(node));
            return true;
          }
        } else {
          a_.lea(kScratch.r32(), x86::ptr(object, -1));
          a_.test(kScratch.r8(), 3);
          a_.jnz(ExitOf(node));
        }
      }
      a_.cmp(x86::dword_ptr(object, 3), static_cast<uint32_t>(node->imm));
      a_.jne(ExitOf(node));
      return true;
    }
    case IrOp::kCheckRange: {
      const Place& place = At(node).inputs[0];
      if (place.kind == Place::Kind::kConstant) {
        const int64_t constant = place.constant->ConstantValue().AsInt();
        if (constant < node->imm || constant > node->imm2) a_.jmp(ExitOf(node));
        return true;
      }
      const x86::Gp value = Reg(node, 0);
      const int64_t bounds[] = {node->imm, node->imm2};
      for (const bool upper : {false, true}) {
        if (bounds[upper] == (upper ? Value::kMaxInt : Value::kMinInt)) continue;
        MoveImmediate(kScratch, static_cast<int64_t>(Value::Int(bounds[upper]).bits()));
        a_.cmp(value, kScratch);
        upper ? a_.jg(ExitOf(node)) : a_.jl(ExitOf(node));
      }
      return true;
    }
    case IrOp::kCheckBoolean: {
      const asmjit::Label done = a_.newLabel();
      const x86::Gp value = Reg(node, 0);
      a_.cmp(value, static_cast<int32_t>(True().bits()));
      a_.je(done);
      a_.cmp(value, static_cast<int32_t>(False().bits()));
      a_.jne(ExitOf(node));
      a_.bind(done);
      return true;
    }
    case IrOp::kCheckSame:
    case IrOp::kCheckNotSame:
      CompareInputs(node, 0, 1);
      if (node->op == IrOp::kCheckSame) {
        a_.jne(ExitOf(node));
      } else {
        a_.je(ExitOf(node));
      }
      return true;
    case IrOp::kCheckWord: {
      const x86::Gp object = Reg(node, 0, x86::r11);
      MoveImmediate(kScratch, reinterpret_cast<int64_t>(node->data));
      a_.cmp(FieldOf(object, node->imm), kScratch);
      a_.jne(ExitOf(node));
      return true;
    }
    case IrOp::kCheckBounds: {
      int64_t constant = 0;
      if (IsImmediate(node, 0, &constant)) {
        // length > index - 1, both as unsigned words
        if (constant < 4) {
          a_.jmp(ExitOf(node));
          return true;
        }
        a_.cmp(Reg(node, 1), static_cast<int32_t>(constant - 4));
        a_.jbe(ExitOf(node));
        return true;
      }
      // Otherwise index - 1 below the length as unsigned words: what is below 1 is out of bounds,
      // too.
      const x86::Gp index = Reg(node, 0);
      const bool from_one = node->imm == 1;
      if (!from_one) a_.lea(kScratch, x86::ptr(index, -4));
      const x86::Gp& compared = from_one ? index : kScratch;
      const Place& length = At(node).inputs[1];
      if (length.kind == Place::Kind::kConstant) {
        a_.cmp(compared, static_cast<int32_t>(length.constant->imm));
      } else {
        a_.cmp(compared, x86::gpq(static_cast<uint32_t>(length.index)));
      }
      a_.j(from_one ? x86::CondCode::kG : x86::CondCode::kAE, ExitOf(node));
      return true;
    }
    case IrOp::kCheckIdentityKnown: {
      // Passes may have put constants in place of what the builder did not know.
      absl::InlinedVector<x86::Gp, 2> operands;
      bool may_be_ints = true;
      for (const size_t input : {size_t{0}, size_t{1}}) {
        const Place& place = At(node).inputs[input];
        if (place.kind != Place::Kind::kConstant) {
          operands.push_back(Reg(node, input));
          continue;
        }
        const Value value = place.constant->ConstantValue();
        if (value.IsInt()) continue;
        if (!value.IsImmediateDouble() && value.AsObject()->class_index() != kIntegerClass &&
            value.AsObject()->class_index() != kDoubleClass)
          return true;
        may_be_ints = false;
      }
      if (operands.empty()) {
        if (!may_be_ints) a_.jmp(ExitOf(node));
        return true;
      }
      const asmjit::Label done = a_.newLabel();
      if (may_be_ints) {
        a_.mov(kScratch.r32(), operands.front().r32());
        a_.or_(kScratch.r32(), operands.back().r32());
        a_.test(kScratch.r8(), 3);
        a_.jz(done);
      }
      for (const x86::Gp& object : operands) {
        const asmjit::Label no = a_.newLabel();
        a_.lea(kScratch.r32(), x86::ptr(object, -1));
        a_.test(kScratch.r8(), 3);
        a_.jnz(no);
        a_.mov(kScratch.r32(), x86::dword_ptr(object, 3));
        a_.cmp(kScratch.r32(), static_cast<uint32_t>(kIntegerClass));
        a_.je(no);
        a_.cmp(kScratch.r32(), static_cast<uint32_t>(kDoubleClass));
        a_.jne(done);
        a_.bind(no);
      }
      a_.jmp(ExitOf(node));
      a_.bind(done);
      return true;
    }
    case IrOp::kCheckOrdered:
      CompareDoubles(node);
      a_.jp(ExitOf(node));
      return true;
    case IrOp::kCheckNotZero: {
      const asmjit::Label done = a_.newLabel();
      const x86::Xmm x = Floating(node, 0);
      const int64_t zero = 0;
      a_.ucomisd(x, PoolConstant(zero));
      a_.jp(done);
      a_.je(ExitOf(node));
      a_.bind(done);
      return true;
    }
    case IrOp::kCheckExactInt: {
      constexpr int64_t kExact = int64_t{1} << 53;
      if (At(node).inputs[0].kind == Place::Kind::kConstant) {
        const int64_t value = At(node).inputs[0].constant->ConstantValue().AsInt();
        if (value < -kExact || value > kExact) a_.jmp(ExitOf(node));
        return true;
      }
      a_.mov(kScratch, int64_t{1} << 55);
      a_.add(kScratch, Reg(node, 0));
      a_.shr(kScratch, 56);
      a_.jnz(ExitOf(node));
      return true;
    }
    case IrOp::kCheckInterrupt:
      a_.cmp(MemoryAt(addresses_.interrupt_pending, 1), 0);
      if (const Block* target = JumpBehind(node)) {
        a_.je(LabelOf(target));
        a_.jmp(ExitOf(node));
        // A loop's head is emitted in front of its end.
        code_->exits.back().resume_offset =
            static_cast<uint32_t>(holder_.labelOffset(block_labels_[target->id]));
      } else {
        a_.jne(ExitOf(node));
        code_->exits.back().resume_offset = static_cast<uint32_t>(a_.offset());
      }
      return true;
    default:
      return false;
  }
}

// --- Branches, which are comparisons too
// -----------------------------------------------------------

// Where a check for interrupts ends its block but for a jump that nothing has to be moved for, the
// target of that jump, unless it comes next: a loop jumps back by the check itself then.
const Block* Emitter::JumpBehind(const Node* check) const {
  const Block* block = graph_.blocks()[block_];
  const Node* jump = block->terminator();
  if (check->op != IrOp::kCheckInterrupt || jump->op != IrOp::kJump || block->nodes.size() < 2 ||
      block->nodes[block->nodes.size() - 2] != check || IsNext(block->successors[0]) ||
      !At(jump).moves_before.empty() || !request_.allocation->moves_at_end[block->id].empty())
    return nullptr;
  return block->successors[0];
}

bool Emitter::EmitControl(Node* node) {
  switch (node->op) {
    case IrOp::kJump: {
      const Block* target = node->block->successors[0];
      if (last_ != nullptr && JumpBehind(last_) != nullptr) return true;  // done by the check
      if (!IsNext(target)) a_.jmp(LabelOf(target));
      return true;
    }
    case IrOp::kBranchInt:
      CompareInputs(node, 0, 1);
      EmitBranch(node, SignedCondition(node->imm));
      return true;
    case IrOp::kBranchSame:
      CompareInputs(node, 0, 1);
      EmitBranch(node, x86::CondCode::kE);
      return true;
    case IrOp::kBranchDouble: {
      CompareDoubles(node);
      EmitBranch(node, UnsignedCondition(node->imm));
      return true;
    }
    case IrOp::kBranchIsInt:
      a_.test(Reg(node, 0).r8(), 3);
      EmitBranch(node, x86::CondCode::kZ);
      return true;
    case IrOp::kBranchIsDouble:
      a_.test(Reg(node, 0).r8(), 2);
      EmitBranch(node, x86::CondCode::kNZ);
      return true;
    case IrOp::kBranchIsObject: {
      const x86::Gp value = Reg(node, 0);
      a_.lea(kScratch.r32(), x86::ptr(value, -1));
      a_.test(kScratch.r8(), 3);
      EmitBranch(node, x86::CondCode::kZ);
      return true;
    }
    case IrOp::kBranchClass:
      a_.cmp(x86::dword_ptr(Reg(node, 0), 3), static_cast<uint32_t>(node->imm));
      EmitBranch(node, x86::CondCode::kE);
      return true;
    case IrOp::kBranchWord: {
      const x86::Gp object = Reg(node, 0);
      MoveImmediate(kScratch, reinterpret_cast<int64_t>(node->data));
      a_.cmp(FieldOf(object, node->imm), kScratch);
      EmitBranch(node, x86::CondCode::kE);
      return true;
    }
    case IrOp::kReturn: {
      const x86::Gp value = Reg(node, 0, x86::rax);
      if (value != x86::rax) a_.mov(x86::rax, value);
      EmitEpilogue();
      return true;
    }
    case IrOp::kLeave:
      a_.jmp(ExitOf(node));
      return true;
    default:
      return false;
  }
}

// A block with moves, which the phis behind a critical edge may need, is not empty. A cycle of
// blocks has a loop header, so following empty ones comes to an end.
bool Emitter::IsEmpty(const Block* block) const {
  const Node* jump = block->terminator();
  const Allocation& allocation = *request_.allocation;
  return block->nodes.size() == 1 && jump->op == IrOp::kJump && !block->is_loop_header &&
         allocation.moves_at_start[block->id].empty() &&
         allocation.moves_at_end[block->id].empty() && At(jump).moves_before.empty();
}

const Block* Emitter::Destination(const Block* block) const {
  while (IsEmpty(block)) block = block->successors[0];
  return block;
}

bool Emitter::IsNext(const Block* block) const {
  const std::vector<Block*>& blocks = graph_.blocks();
  size_t next = block_ + 1;
  while (next < blocks.size() && IsEmpty(blocks[next])) ++next;
  return next < blocks.size() && blocks[next] == Destination(block);
}

void Emitter::EmitBranch(Node* node, x86::CondCode condition) {
  const Block* yes = node->block->successors[0];
  const Block* no = node->block->successors[1];
  if (IsNext(yes)) {
    a_.j(x86::negateCond(condition), LabelOf(no));
    return;
  }
  a_.j(condition, LabelOf(yes));
  if (!IsNext(no)) a_.jmp(LabelOf(no));
}

}  // namespace som::jit::x64
