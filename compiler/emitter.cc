// Instruction writing, see emitter.h.
#include "compiler/emitter.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <limits>
#include <type_traits>
#include <utility>
#include <variant>

namespace som {

namespace {

// Equal literals have equal keys, of any type. Arrays have none: each evaluation makes its own.
std::string LiteralKey(const LiteralDescription& literal) {
  return std::visit(
      [](const auto& value) -> std::string {
        using T = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<T, int64_t>) {
          return "i" + std::to_string(value);
        } else if constexpr (std::is_same_v<T, BigIntegerText>) {
          return "i" + value.digits;
        } else if constexpr (std::is_same_v<T, double>) {
          // By bits: zeros of either sign are equal but not the same.
          return "d" + std::to_string(std::bit_cast<uint64_t>(value));
        } else if constexpr (std::is_same_v<T, StringText>) {
          return "s" + value.bytes;
        } else if constexpr (std::is_same_v<T, SymbolText>) {
          return "#" + value.bytes;
        } else {
          return "";
        }
      },
      literal.value);
}

}  // namespace

bool Emitter::Start(Opcode opcode, uint32_t argument_count) {
  if (!reachable_) return false;
  if (place_ != recorded_place_) {
    code_->positions.push_back({offset(), source_.Span(place_.begin, place_.end)});
    recorded_place_ = place_;
  }
  const StackEffect effect = StackEffectOf(opcode, argument_count);
  assert(depth_ >= effect.pops);
  depth_ = depth_ - effect.pops + effect.pushes;
  max_depth_ = std::max(max_depth_, depth_);
  Unit(static_cast<uint16_t>(opcode));
  if (!FallsThrough(opcode)) reachable_ = false;
  return true;
}

void Emitter::Wide(uint32_t value) {
  code_->code.resize(code_->code.size() + 2);
  WriteU32(&code_->code[code_->code.size() - 2], value);
}

void Emitter::Emit(Opcode opcode) {
  assert(InfoOf(opcode).format == OperandFormat::kNone);
  Start(opcode);
}

void Emitter::EmitSlot(Opcode opcode, int16_t slot) {
  assert(InfoOf(opcode).format == OperandFormat::kSlot);
  if (Start(opcode)) Unit(slot);
}

void Emitter::EmitNilSlots(int16_t first, uint16_t count) {
  if (!Start(Opcode::kNilSlots)) return;
  Unit(first);
  Unit(count);
}

void Emitter::EmitField(Opcode opcode, uint16_t field) {
  assert(InfoOf(opcode).format == OperandFormat::kField);
  if (Start(opcode)) Unit(field);
}

void Emitter::EmitContext(Opcode opcode, uint16_t depth, uint16_t index, std::string_view name) {
  assert(InfoOf(opcode).format == OperandFormat::kContext);
  const uint32_t at = offset();
  if (!Start(opcode)) return;
  Unit(depth);
  Unit(index);
  code_->context_names.push_back({at, std::string(name)});
}

void Emitter::EmitInt(int16_t value) {
  if (Start(Opcode::kPushInt)) Unit(value);
}

void Emitter::EmitEnterContext(uint16_t size) {
  if (Start(Opcode::kEnterContext)) Unit(size);
}

void Emitter::EmitLiteral(const LiteralDescription& literal) {
  if (!reachable_) return;
  if (const auto* integer = std::get_if<int64_t>(&literal.value);
      integer != nullptr && std::in_range<int16_t>(*integer)) {
    EmitInt(static_cast<int16_t>(*integer));
    return;
  }
  const auto next = static_cast<uint32_t>(code_->literals.size());
  if (std::holds_alternative<LiteralArray>(literal.value)) {
    code_->literals.push_back(literal);
    Start(Opcode::kPushArray);
    Wide(next);
    return;
  }
  const auto [entry, is_new] = literal_index_.try_emplace(LiteralKey(literal), next);
  if (is_new) code_->literals.push_back(literal);
  Start(Opcode::kPushLiteral);
  Wide(entry->second);
}

void Emitter::EmitGlobal(std::string_view name) {
  if (!Start(Opcode::kPushGlobal)) return;
  const auto next = static_cast<uint32_t>(code_->globals.size());
  const auto [entry, is_new] = global_index_.try_emplace(std::string(name), next);
  if (is_new) code_->globals.emplace_back(name);
  Wide(entry->second);
}

void Emitter::EmitBlock(BlockDescription block) {
  if (!Start(Opcode::kPushBlock)) return;
  Wide(static_cast<uint32_t>(code_->blocks.size()));
  code_->blocks.push_back(std::move(block));
}

void Emitter::EmitSend(bool is_super, std::string_view selector, uint16_t argument_count) {
  if (!Start(is_super ? Opcode::kSuperSend : Opcode::kSend, argument_count)) return;
  Wide(static_cast<uint32_t>(code_->sites.size()));
  code_->sites.push_back({std::string(selector), argument_count, is_super});
}

void Emitter::Distance(Label* target, uint32_t units_behind) {
  const uint32_t operand = offset();
  const uint32_t end = operand + 2 + units_behind;
  if (target->bound_) {
    assert(target->depth_ == depth_);
    Wide(target->offset_ - end);
    return;
  }
  assert(target->jumps_.empty() || target->depth_ == depth_);
  target->depth_ = depth_;
  target->jumps_.push_back({operand, end});
  Wide(0);
}

void Emitter::EmitJump(Label* target) {
  if (Start(target->bound_ ? Opcode::kJumpBack : Opcode::kJump)) Distance(target, 0);
}

void Emitter::EmitJumpIf(bool condition, Label* target, uint32_t inlined) {
  const Opcode opcode = target->bound_
                            ? (condition ? Opcode::kJumpBackIfTrue : Opcode::kJumpBackIfFalse)
                            : (condition ? Opcode::kJumpIfTrue : Opcode::kJumpIfFalse);
  if (!Start(opcode)) return;
  Distance(target, 2);
  Wide(inlined);
}

void Emitter::EmitJumpIfNil(bool condition, Label* target, uint32_t inlined) {
  assert(!target->bound_);
  if (!Start(condition ? Opcode::kJumpIfNil : Opcode::kJumpIfNotNil)) return;
  Distance(target, 2);
  Wide(inlined);
}

void Emitter::EmitLoopBegin(Opcode opcode, int16_t slot, Label* exit, uint32_t inlined) {
  assert(InfoOf(opcode).format == OperandFormat::kLoopBegin && !exit->bound_);
  if (!Start(opcode)) return;
  Unit(slot);
  Distance(exit, 2);
  Wide(inlined);
}

void Emitter::EmitLoopNext(Opcode opcode, int16_t slot, int16_t step, Label* top) {
  assert(InfoOf(opcode).format == OperandFormat::kLoopNext && top->bound_);
  if (!Start(opcode)) return;
  Unit(slot);
  Unit(step);
  Distance(top, 0);
}

void Emitter::Bind(Label* label) {
  assert(!label->bound_);
  if (!label->jumps_.empty()) {
    assert(!reachable_ || label->depth_ == depth_);
    reachable_ = true;
    depth_ = label->depth_;
  }
  label->bound_ = true;
  label->offset_ = offset();
  label->depth_ = depth_;
  for (const Label::PendingJump& jump : label->jumps_) {
    WriteU32(&code_->code[jump.operand], label->offset_ - jump.end);
  }
}

void Emitter::BindLoopTop(Label* label) {
  reachable_ = true;
  Bind(label);
}

uint32_t Emitter::AddInlinedSend(std::string_view selector, uint16_t argument_count, uint32_t key) {
  code_->inlined_sends.push_back({std::string(selector), argument_count, key});
  return static_cast<uint32_t>(code_->inlined_sends.size() - 1);
}

void Emitter::AddInlinedRegion(uint32_t begin, std::string_view selector, uint32_t block) {
  if (offset() > begin)
    code_->inlined_regions.push_back({begin, offset(), std::string(selector), block});
}

void Emitter::MarkStatement(uint32_t begin) {
  if (!reachable_) return;
  std::vector<StatementStart>& statements = code_->statements;
  // A statement without code is none where one could stop.
  if (!statements.empty() && statements.back().code_offset == offset()) statements.pop_back();
  statements.push_back({offset(), source_.Locate(begin).line});
}

}  // namespace som
