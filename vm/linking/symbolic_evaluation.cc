// See symbolic_evaluation.h.
#include "vm/linking/symbolic_evaluation.h"

#include <optional>
#include <vector>

#include "compiler/bytecode.h"

namespace som {

namespace {

class SymbolicStack {
 public:
  void Push(Symbolic symbol) { symbols_.push_back(symbol); }
  // kUnknown from an empty stack, so that code nobody verified cannot do harm.
  Symbolic Pop() {
    if (symbols_.empty()) return Symbolic::kUnknown;
    const Symbolic top = symbols_.back();
    symbols_.pop_back();
    return top;
  }

 private:
  std::vector<Symbolic> symbols_;
};

}  // namespace

Symbolic EvaluateSymbolically(const CodeDescription& unit, Symbolic self,
                              absl::Span<const Symbolic> arguments, SymbolicSend send) {
  constexpr int kMaxSteps = 100;
  SymbolicStack stack;
  int64_t offset = 0;
  for (int steps = 0; steps < kMaxSteps; ++steps) {
    const std::optional<Instruction> instruction =
        DecodeAt(unit.code, static_cast<uint32_t>(offset));
    if (!instruction.has_value()) return Symbolic::kUnknown;
    offset = instruction->end();
    switch (instruction->opcode) {
      case Opcode::kPushSelf:
        stack.Push(self);
        break;
      case Opcode::kPushSlot: {
        // Arguments stand in slots -n to -1.
        const int64_t index = instruction->SignedUnit(0) + static_cast<int64_t>(arguments.size());
        const bool is_argument = index >= 0 && index < static_cast<int64_t>(arguments.size());
        stack.Push(is_argument ? arguments[static_cast<size_t>(index)] : Symbolic::kUnknown);
        break;
      }
      case Opcode::kPushNil:
        stack.Push(Symbolic::kNil);
        break;
      case Opcode::kPushTrue:
        stack.Push(Symbolic::kTrue);
        break;
      case Opcode::kPushFalse:
        stack.Push(Symbolic::kFalse);
        break;
      case Opcode::kDup: {
        const Symbolic top = stack.Pop();
        stack.Push(top);
        stack.Push(top);
        break;
      }
      case Opcode::kPop:
        stack.Pop();
        break;
      case Opcode::kSend: {
        const SendSiteDescription& site = unit.sites[instruction->Index()];
        if (site.is_super) return Symbolic::kUnknown;
        std::vector<Symbolic> sent(site.argument_count);
        for (size_t i = sent.size(); i-- > 0;) sent[i] = stack.Pop();
        const Symbolic answer = send(site, stack.Pop(), sent);
        if (answer == Symbolic::kUnknown) return answer;
        stack.Push(answer);
        break;
      }
      case Opcode::kJump:
        offset = instruction->JumpTarget();
        break;
      case Opcode::kJumpIfTrue:
      case Opcode::kJumpIfFalse: {
        const Symbolic condition = stack.Pop();
        if (condition != Symbolic::kTrue && condition != Symbolic::kFalse)
          return Symbolic::kUnknown;
        if ((condition == Symbolic::kTrue) == (instruction->opcode == Opcode::kJumpIfTrue))
          offset = instruction->JumpTarget();
        break;
      }
      case Opcode::kReturnLocal:
        return stack.Pop();
      case Opcode::kReturnSelf:
        return self;
      default:
        return Symbolic::kUnknown;
    }
  }
  return Symbolic::kUnknown;
}

}  // namespace som
