// See bytecode_liveness.h. The usual backward analysis, instruction by instruction; code mostly
// jumps forward, so that one round and another for each level of loops settle it.
#include "vm/jit/bytecode_liveness.h"

#include <string_view>

#include "compiler/bytecode.h"

namespace som::jit {

namespace {

struct Effects {
  uint64_t reads = 0;
  uint64_t writes = 0;
};

uint64_t Bit(int slot) {
  return slot >= 0 && slot < BytecodeLiveness::kSlots ? uint64_t{1} << slot : 0;
}

// Whether the instruction stands for a send that, as a real one, may go on behind itself on a way
// that the jumps do not have: without having evaluated any of its blocks. (With one block only, or
// as a loop, there is such a way.) What is read there is not looked for.
bool MayEvaluateNothing(const Instruction& i, const CodeDescription& unit) {
  if (!i.HasInlinedSend()) return false;
  const std::string_view selector = unit.inlined_sends[i.InlinedSend()].selector;
#define SOM_INLINED(form, text, group, receiver, arguments)                           \
  if (selector == text)                                                               \
    return std::string_view(arguments) == "00" || std::string_view(#form) == "And" || \
           std::string_view(#form) == "Or";
#include "compiler/inlined_sends.def"
  return true;
}

Effects EffectsOf(const Instruction& i, const CodeDescription& unit) {
  Effects effects;
  switch (i.opcode) {
    case Opcode::kPushSlot:
      effects.reads = Bit(i.SignedUnit(0));
      break;
    case Opcode::kStoreSlot:
    case Opcode::kPopSlot:
      effects.writes = Bit(i.SignedUnit(0));
      break;
    case Opcode::kNilSlots:
      for (int n = 0; n < i.Unit(1); ++n) effects.writes |= Bit(i.SignedUnit(0) + n);
      break;
    case Opcode::kPushBlock:
      for (int16_t slot : unit.blocks[i.Index()].copied_slots) effects.reads |= Bit(slot);
      break;
    case Opcode::kToDoBegin:
    case Opcode::kDownToDoBegin:
    case Opcode::kTimesRepeatBegin:
      effects.writes = Bit(i.SignedUnit(0)) | Bit(i.SignedUnit(0) + 1);
      break;
    case Opcode::kToDoNext:
    case Opcode::kDownToDoNext:
      // Counter and limit; the counter is assigned only after it was read.
      effects.reads = Bit(i.SignedUnit(0)) | Bit(i.SignedUnit(0) + 1);
      break;
    default:
      if (MayEvaluateNothing(i, unit)) effects.reads = ~uint64_t{0};
      break;
  }
  return effects;
}

}  // namespace

BytecodeLiveness::BytecodeLiveness(const CodeDescription& unit) {
  std::vector<Instruction> instructions;
  std::vector<Effects> effects;
  for (InstructionIterator it(unit.code); !it.done(); it.Next()) {
    instructions.push_back(*it);
    effects.push_back(EffectsOf(*it, unit));
  }
  live_.resize(unit.code.size() + 1, 0);
  for (bool changed = true; changed;) {
    changed = false;
    for (size_t n = instructions.size(); n-- > 0;) {
      const Instruction& i = instructions[n];
      uint64_t live = 0;
      if (FallsThrough(i.opcode)) live |= live_[i.end()];
      if (i.HasJump()) live |= live_[static_cast<size_t>(i.JumpTarget())];
      live = (live & ~effects[n].writes) | effects[n].reads;
      changed = changed || live != live_[i.offset];
      live_[i.offset] = live;
    }
  }
  // Any send may restart the activation.
  const uint64_t restarted = live_[unit.prologue_units];
  for (uint64_t& live : live_) live |= restarted;
}

}  // namespace som::jit
