// One pass decodes and checks operands; a second follows all paths with stack depth and contexts.
// See verifier.h.
#include "compiler/verifier.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/bytecode.h"
#include "compiler/concat.h"

namespace som {

namespace {

class UnitVerifier {
 public:
  UnitVerifier(const MethodDescription& method, uint32_t unit, uint32_t field_count)
      : method_(method), code_(method.units[unit]), unit_(unit), field_count_(field_count) {}

  // Empty, or what is wrong.
  std::string Run() {
    if (CheckHeader() && CheckInstructions() && FollowPaths()) {
      // Unreachable code, as in a loop whose condition always returns, may have asked for more.
      if (deepest_ > code_.max_stack || (deepest_ < code_.max_stack && AllReached())) {
        Fail(0, Concat("max_stack is ", code_.max_stack, ", the code needs ", deepest_));
      }
    }
    return std::move(error_);
  }

 private:
  // The contexts entered since the unit started, innermost first; shared by all states that have
  // them.
  struct ContextNode {
    int parent = -1;
    uint32_t depth = 0;
    uint16_t size = 0;
  };

  struct State {
    uint32_t depth = 0;
    int context = -1;  // index of a ContextNode
    bool operator==(const State&) const = default;
  };

  bool Fail(uint32_t offset, std::string_view message) {
    if (error_.empty()) error_ = Concat("unit ", unit_, " at ", offset, ": ", message);
    return false;
  }

  bool Require(bool condition, uint32_t offset, std::string_view message) {
    return condition || Fail(offset, message);
  }

  bool CheckHeader() {
    return Require(code_.is_block == (unit_ != 0), 0, "only the first unit is the method") &&
           Require(code_.copied_count <= code_.local_count, 0, "more copied values than locals") &&
           Require(!code_.is_home || !code_.is_block, 0, "a block is no home") &&
           Require(code_.argument_names.size() == code_.argument_count &&
                       code_.local_names.size() == code_.local_count,
                   0, "names do not match the variables") &&
           Require(code_.is_block || !code_.uses_outer_context, 0, "a method has no outer context");
  }

  // --- first pass --------------------------------------------------------------------------------

  bool CheckInstructions() {
    starts_.assign(code_.code.size(), false);
    uint32_t offset = 0;
    while (offset < code_.code.size()) {
      const std::optional<Instruction> instruction = DecodeAt(code_.code, offset);
      if (!instruction.has_value()) return Fail(offset, "no instruction");
      if (!IsEmitted(instruction->opcode)) return Fail(offset, "not a base bytecode");
      starts_[offset] = true;
      offset = instruction->end();
    }
    if (code_.prologue_units >= code_.code.size() || !starts_[code_.prologue_units]) {
      return Fail(0, "prologue_units is not the start of an instruction");
    }
    for (InstructionIterator i(code_.code); !i.done(); i.Next()) {
      if (!CheckOperands(*i) || !CheckJump(*i) || !CheckFlags(*i)) return false;
    }
    return true;
  }

  bool IsSlot(int slot) const { return slot >= -code_.argument_count && slot < code_.local_count; }

  bool CheckOperands(const Instruction& i) {
    const auto index = [&](size_t size, std::string_view table) {
      return Require(i.Index() < size, i.offset, Concat("no such ", table));
    };
    switch (i.format()) {
      case OperandFormat::kSlot:
        return Require(IsSlot(i.SignedUnit(0)), i.offset, "no such slot");
      case OperandFormat::kSlots:
        return Require(i.SignedUnit(0) >= 0 && i.Unit(1) > 0 &&
                           i.SignedUnit(0) + i.Unit(1) <= code_.local_count,
                       i.offset, "no such slots");
      case OperandFormat::kField:
        return Require(i.Unit(0) < field_count_, i.offset, "no such field");
      case OperandFormat::kLiteral:
        return index(code_.literals.size(), "literal");
      case OperandFormat::kSite:
        return index(code_.sites.size(), "send site") &&
               Require(code_.sites[i.Index()].is_super == (i.opcode == Opcode::kSuperSend),
                       i.offset, "wrong kind of send site");
      case OperandFormat::kGlobal:
        return index(code_.globals.size(), "global");
      case OperandFormat::kBlock:
        return index(code_.blocks.size(), "block") && CheckBlock(i);
      case OperandFormat::kJumpInlined:
        return CheckInlined(i);
      case OperandFormat::kLoopBegin:
        return CheckInlined(i) && CheckCounter(i);
      case OperandFormat::kLoopNext:
        return CheckCounter(i) && Require(i.SignedUnit(1) > 0, i.offset, "no positive step");
      default:
        return true;
    }
  }

  bool CheckInlined(const Instruction& i) {
    return Require(i.InlinedSend() < code_.inlined_sends.size(), i.offset, "no such inlined send");
  }

  bool CheckCounter(const Instruction& i) {
    return Require(i.SignedUnit(0) >= 0 && i.SignedUnit(0) + 1 < code_.local_count, i.offset,
                   "no slots for counter and limit");
  }

  bool CheckBlock(const Instruction& i) {
    const BlockDescription& block = code_.blocks[i.Index()];
    if (block.unit <= unit_ || block.unit >= method_.units.size()) {
      return Fail(i.offset, "the block has no unit");
    }
    const CodeDescription& inner = method_.units[block.unit];
    for (const int16_t slot : block.copied_slots) {
      if (!IsSlot(slot)) return Fail(i.offset, "the block copies no such slot");
    }
    return Require(inner.copied_count == block.copied_slots.size(), i.offset,
                   "the block copies another number of values than its unit has") &&
           Require(code_.uses_self || !inner.uses_self, i.offset, "the block uses self") &&
           Require(code_.returns_non_locally || !inner.returns_non_locally, i.offset,
                   "the block returns non-locally") &&
           Require(code_.is_block || code_.is_home || !inner.returns_non_locally, i.offset,
                   "a method with non-local returns is a home");
  }

  bool CheckJump(const Instruction& i) {
    if (!i.HasJump()) return true;
    const int64_t target = i.JumpTarget();
    if (target < 0 || target >= static_cast<int64_t>(code_.code.size()) ||
        !starts_[static_cast<size_t>(target)]) {
      return Fail(i.offset, "the jump leads to no instruction");
    }
    const bool backward = i.opcode == Opcode::kJumpBack || i.opcode == Opcode::kJumpBackIfTrue ||
                          i.opcode == Opcode::kJumpBackIfFalse || i.opcode == Opcode::kToDoNext ||
                          i.opcode == Opcode::kDownToDoNext;
    return Require(backward == (target <= static_cast<int64_t>(i.offset)), i.offset,
                   "the jump leads the wrong way");
  }

  bool CheckFlags(const Instruction& i) {
    switch (i.opcode) {
      case Opcode::kPushSelf:
      case Opcode::kPushField:
      case Opcode::kStoreField:
      case Opcode::kPopField:
      case Opcode::kPushGlobal:
        return Require(code_.uses_self, i.offset, "self is used");
      case Opcode::kReturnSelf:
      case Opcode::kReturnSelfHome:
        return Require(!code_.is_block && code_.uses_self, i.offset, "self is answered") &&
               Require(code_.is_home == (i.opcode == Opcode::kReturnSelfHome), i.offset,
                       "wrong form of return");
      case Opcode::kReturnLocal:
      case Opcode::kReturnLocalHome:
        return Require(code_.is_home == (i.opcode == Opcode::kReturnLocalHome), i.offset,
                       "wrong form of return");
      case Opcode::kReturnNonLocal:
        return Require(code_.is_block && code_.returns_non_locally && code_.uses_self, i.offset,
                       "a non-local return here");
      default:
        return true;
    }
  }

  // --- second pass -------------------------------------------------------------------------------

  bool FollowPaths() {
    states_.assign(code_.code.size(), std::nullopt);
    if (!Reach(0, 0, State{})) return false;
    while (!pending_.empty()) {
      const auto [offset, state] = pending_.back();
      pending_.pop_back();
      const std::optional<Instruction> instruction = DecodeAt(code_.code, offset);
      if (!instruction.has_value() || !FollowFrom(*instruction, state)) return false;
    }
    return true;
  }

  bool AllReached() const {
    for (size_t i = 0; i < states_.size(); ++i) {
      if (starts_[i] && !states_[i].has_value()) return false;
    }
    return true;
  }

  bool Reach(uint32_t from, int64_t target, const State& state) {
    if (target >= static_cast<int64_t>(code_.code.size())) return Fail(from, "the code ends here");
    std::optional<State>& known = states_[static_cast<size_t>(target)];
    if (known.has_value()) {
      if (known->depth != state.depth) return Fail(from, "another stack depth at the target");
      return Require(*known == state, from, "other contexts at the target");
    }
    known = state;
    pending_.emplace_back(static_cast<uint32_t>(target), state);
    return true;
  }

  bool FollowFrom(const Instruction& i, State state) {
    const uint32_t argument_count =
        i.format() == OperandFormat::kSite ? code_.sites[i.Index()].argument_count : 0U;
    const StackEffect effect = StackEffectOf(i.opcode, argument_count);
    if (state.depth < effect.pops) return Fail(i.offset, "too few operands");
    if (InfoOf(i.opcode).flag == OpcodeFlags::kReturn && state.depth != effect.pops) {
      return Fail(i.offset, "operands are left at a return");
    }
    state.depth = state.depth - effect.pops + effect.pushes;
    deepest_ = std::max(deepest_, state.depth);
    if (!FollowContext(i, &state)) return false;
    if (i.HasJump() && !Reach(i.offset, i.JumpTarget(), state)) return false;
    return !FallsThrough(i.opcode) || Reach(i.offset, i.end(), state);
  }

  bool FollowContext(const Instruction& i, State* state) {
    if (i.opcode == Opcode::kEnterContext) {
      const uint32_t depth = state->context < 0 ? 1 : Context(*state).depth + 1;
      const auto next = static_cast<int>(contexts_.size());
      const auto [entry, is_new] = context_index_.try_emplace({state->context, i.offset}, next);
      if (is_new) contexts_.push_back({state->context, depth, i.Unit(0)});
      state->context = entry->second;
    } else if (i.opcode == Opcode::kLeaveContext) {
      if (state->context < 0) return Fail(i.offset, "no context to leave");
      state->context = Context(*state).parent;
    } else if (i.format() == OperandFormat::kContext) {
      const uint32_t entered = state->context < 0 ? 0 : Context(*state).depth;
      if (i.Unit(0) >= entered) {
        return Require(code_.uses_outer_context, i.offset, "an outer context is used");
      }
      int context = state->context;
      for (uint16_t n = 0; n < i.Unit(0); ++n) {
        context = contexts_[static_cast<size_t>(context)].parent;
      }
      return Require(i.Unit(1) < contexts_[static_cast<size_t>(context)].size, i.offset,
                     "no such context variable");
    }
    return true;
  }

  const ContextNode& Context(const State& state) const {
    return contexts_[static_cast<size_t>(state.context)];
  }

  const MethodDescription& method_;
  const CodeDescription& code_;
  uint32_t unit_;
  uint32_t field_count_;
  std::string error_;
  std::vector<bool> starts_;
  std::vector<std::optional<State>> states_;
  std::vector<std::pair<uint32_t, State>> pending_;
  std::vector<ContextNode> contexts_;
  std::map<std::pair<int, uint32_t>, int> context_index_;
  uint32_t deepest_ = 0;
};

}  // namespace

std::string VerifyMethod(const MethodDescription& method, uint32_t field_count) {
  if (method.is_primitive != method.units.empty()) return "a method has units, a primitive none";
  for (uint32_t unit = 0; unit < method.units.size(); ++unit) {
    std::string error = UnitVerifier(method, unit, field_count).Run();
    if (!error.empty()) return error;
  }
  return "";
}

}  // namespace som
