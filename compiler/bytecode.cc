// Decoding and stack effects; see bytecode.h.
#include "compiler/bytecode.h"

namespace som {

std::optional<Instruction> DecodeAt(absl::Span<const uint16_t> code, uint32_t offset) {
  if (offset >= code.size() || !IsValidOpcode(code[offset])) return std::nullopt;
  const auto opcode = static_cast<Opcode>(code[offset]);
  if (code.size() - offset < LengthOf(opcode)) return std::nullopt;
  return Instruction{offset, opcode, code.data() + offset + 1};
}

StackEffect StackEffectOf(Opcode opcode, uint32_t argument_count) {
  const OpcodeInfo& info = InfoOf(opcode);
  StackEffect effect;
  effect.pops = info.pops == kVariableEffect ? argument_count + 1 : static_cast<uint8_t>(info.pops);
  effect.pushes = static_cast<uint8_t>(info.pushes);
  return effect;
}

bool FallsThrough(Opcode opcode) {
  const Opcode base = BaseOpcode(opcode);
  return base != Opcode::kJump && base != Opcode::kJumpBack &&
         InfoOf(base).flag != OpcodeFlags::kReturn;
}

}  // namespace som
