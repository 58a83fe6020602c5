// The bytecode format: what the three lists opcodes.def, quickened.def and superinstructions.def
// expand to. Opcode numbers, operand formats, lengths, stack effects, and how to walk over code.
// Nothing here emits, checks or runs code.
//
// Invariant: the base bytecodes come first, so `opcode < kBaseOpcodeCount` tells them from the
// forms that only a running program writes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "absl/types/span.h"

namespace som {

enum class Opcode : uint16_t {
#define SOM_OPCODE(name, format, pops, pushes, flags, sentence) k##name,
#include "compiler/opcodes.def"
#define SOM_QUICKENED(name, base, sentence) k##name,
#include "compiler/quickened.def"
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) k##name,
#include "compiler/superinstructions.def"
};

enum class OperandFormat : uint8_t {
#define SOM_FORMAT(name, units, operands) k##name,
#include "compiler/opcodes.def"
};

// What an instruction may do besides its stack effect.
struct OpcodeFlags {
  enum Flag : uint8_t {
    kNone,
    kJump,       // may transfer control inside its unit
    kReturn,     // ends the activation
    kSend,       // may run other SOM code
    kAllocates,  // may collect garbage without sending
  };
};

// Marks a stack effect that the send site decides.
inline constexpr int8_t kVariableEffect = -1;

struct OpcodeInfo {
  std::string_view name;
  OperandFormat format;
  int8_t pops;
  int8_t pushes;
  OpcodeFlags::Flag flag;
  std::string_view sentence;
};

struct FormatInfo {
  std::string_view name;
  uint8_t units;              // of all operands together
  std::string_view operands;  // their names, separated by blanks
};

inline constexpr FormatInfo kFormatTable[] = {
#define SOM_FORMAT(name, units, operands) {#name, units, operands},
#include "compiler/opcodes.def"
};

namespace opcode_table_internal {
inline constexpr int8_t kVariable = kVariableEffect;

inline constexpr OpcodeInfo kBase[] = {
#define SOM_OPCODE(name, format, pops, pushes, flags, sentence) \
  {#name, OperandFormat::k##format, pops, pushes, OpcodeFlags::flags, sentence},
#include "compiler/opcodes.def"
};
}  // namespace opcode_table_internal

inline constexpr size_t kBaseOpcodeCount = std::size(opcode_table_internal::kBase);

// One row of quickened.def or superinstructions.def: `pattern` is the base, or the fused sequence.
struct DerivedOpcode {
  std::string_view name;
  std::string_view pattern;
  std::string_view sentence;
};

// The empty row at the end keeps the array well-formed while a list is empty.
inline constexpr DerivedOpcode kDerivedTable[] = {
#define SOM_QUICKENED(name, base, sentence) {#name, #base, sentence},
#include "compiler/quickened.def"
#define SOM_SUPERINSTRUCTION(name, pattern, sentence) {#name, pattern, sentence},
#include "compiler/superinstructions.def"
    {"", "", ""},
};

inline constexpr size_t kDerivedOpcodeCount = std::size(kDerivedTable) - 1;
inline constexpr size_t kOpcodeCount = kBaseOpcodeCount + kDerivedOpcodeCount;

inline constexpr size_t kQuickenedOpcodeCount = 0
#define SOM_QUICKENED(name, base, sentence) +1
#include "compiler/quickened.def"
    ;
inline constexpr size_t kSuperinstructionCount = kDerivedOpcodeCount - kQuickenedOpcodeCount;

constexpr bool IsBase(Opcode opcode) { return static_cast<size_t>(opcode) < kBaseOpcodeCount; }

// False for the bytecodes that only loop variants have: the last section of opcodes.def.
constexpr bool IsEmitted(Opcode opcode) { return opcode < Opcode::kResetContext; }

constexpr bool IsQuickened(Opcode opcode) {
  return !IsBase(opcode) && static_cast<size_t>(opcode) < kBaseOpcodeCount + kQuickenedOpcodeCount;
}

constexpr bool IsSuperinstruction(Opcode opcode) {
  return static_cast<size_t>(opcode) >= kBaseOpcodeCount + kQuickenedOpcodeCount &&
         static_cast<size_t>(opcode) < kOpcodeCount;
}

// The opcode called `name`, of any of the lists, or nothing.
constexpr std::optional<Opcode> FindOpcode(std::string_view name) {
  for (size_t i = 0; i < kBaseOpcodeCount; ++i) {
    if (opcode_table_internal::kBase[i].name == name) return static_cast<Opcode>(i);
  }
  for (size_t i = 0; i < kDerivedOpcodeCount; ++i) {
    if (kDerivedTable[i].name == name) return static_cast<Opcode>(kBaseOpcodeCount + i);
  }
  return std::nullopt;
}

namespace opcode_table_internal {
constexpr size_t BaseIndex(size_t opcode) {
  while (opcode >= kBaseOpcodeCount) {
    std::string_view first = kDerivedTable[opcode - kBaseOpcodeCount].pattern;
    if (const size_t blank = first.find(' '); blank != std::string_view::npos) {
      first = first.substr(0, blank);
    }
    const std::optional<Opcode> found = FindOpcode(first);
    if (!found.has_value() || static_cast<size_t>(*found) >= opcode) return kBaseOpcodeCount;
    opcode = static_cast<size_t>(*found);
  }
  return opcode;
}

struct Tables {
  std::array<Opcode, kOpcodeCount> base;
  std::array<OpcodeInfo, kOpcodeCount> info;
  bool consistent = true;
};

constexpr Tables MakeTables() {
  Tables tables{};
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    const size_t base = BaseIndex(i);
    if (base == kBaseOpcodeCount) {
      tables.consistent = false;
      continue;
    }
    tables.base[i] = static_cast<Opcode>(base);
    tables.info[i] = kBase[base];
    if (i >= kBaseOpcodeCount) {
      tables.info[i].name = kDerivedTable[i - kBaseOpcodeCount].name;
      tables.info[i].sentence = kDerivedTable[i - kBaseOpcodeCount].sentence;
    }
  }
  return tables;
}

inline constexpr Tables kTables = MakeTables();
static_assert(kTables.consistent,
              "quickened.def and superinstructions.def may only derive from opcodes listed before");
}  // namespace opcode_table_internal

// The bytecode that the compiler emitted where a running program shows `opcode`: itself, the base
// of a quickened form, or the first instruction of a superinstruction.
constexpr Opcode BaseOpcode(Opcode opcode) {
  return opcode_table_internal::kTables.base[static_cast<size_t>(opcode)];
}

// Format, effect and description of any opcode. For a superinstruction, format and effect are those
// of its first instruction: the others stay in the code behind it.
constexpr const OpcodeInfo& InfoOf(Opcode opcode) {
  return opcode_table_internal::kTables.info[static_cast<size_t>(opcode)];
}

constexpr std::string_view NameOf(Opcode opcode) { return InfoOf(opcode).name; }

constexpr const FormatInfo& FormatOf(Opcode opcode) {
  return kFormatTable[static_cast<size_t>(InfoOf(opcode).format)];
}

// Units of the whole instruction, the opcode included.
constexpr uint32_t LengthOf(Opcode opcode) { return 1U + FormatOf(opcode).units; }

constexpr bool IsValidOpcode(uint16_t unit) { return unit < kOpcodeCount; }

// 32-bit operands take two units, little end first.
constexpr uint32_t ReadU32(const uint16_t* units) {
  return static_cast<uint32_t>(units[0]) | (static_cast<uint32_t>(units[1]) << 16);
}

constexpr int32_t ReadI32(const uint16_t* units) { return static_cast<int32_t>(ReadU32(units)); }

constexpr void WriteU32(uint16_t* units, uint32_t value) {
  units[0] = static_cast<uint16_t>(value & 0xFFFF);
  units[1] = static_cast<uint16_t>(value >> 16);
}

// Jump distances are 32-bit operands of these formats, at this unit behind the opcode; 0 for the
// others.
constexpr uint32_t JumpOperandUnit(OperandFormat format) {
  switch (format) {
    case OperandFormat::kJump:
    case OperandFormat::kJumpInlined:
      return 1;
    case OperandFormat::kLoopBegin:
      return 2;
    case OperandFormat::kLoopNext:
      return 3;
    default:
      return 0;
  }
}

// Index of the InlinedSendDescription, at this unit behind the opcode; 0 for formats without one.
constexpr uint32_t InlinedOperandUnit(OperandFormat format) {
  switch (format) {
    case OperandFormat::kJumpInlined:
      return 3;
    case OperandFormat::kLoopBegin:
      return 4;
    default:
      return 0;
  }
}

// An instruction in place. Valid as long as the code it points into.
struct Instruction {
  uint32_t offset = 0;
  Opcode opcode = Opcode::kPushSlot;
  const uint16_t* operands = nullptr;  // the units behind the opcode

  uint32_t length() const { return LengthOf(opcode); }
  uint32_t end() const { return offset + length(); }
  OperandFormat format() const { return InfoOf(opcode).format; }
  uint16_t Unit(size_t index) const { return operands[index]; }
  int16_t SignedUnit(size_t index) const { return static_cast<int16_t>(operands[index]); }
  uint32_t Index(size_t index = 0) const { return ReadU32(operands + index); }

  bool HasJump() const { return JumpOperandUnit(format()) != 0; }
  // Requires HasJump(). May lie outside the code when the code is not verified.
  int64_t JumpTarget() const {
    return int64_t{end()} + ReadI32(operands + JumpOperandUnit(format()) - 1);
  }
  bool HasInlinedSend() const { return InlinedOperandUnit(format()) != 0; }
  uint32_t InlinedSend() const { return ReadU32(operands + InlinedOperandUnit(format()) - 1); }
};

// Decodes the instruction at `offset`; nothing when it does not lie in the code whole or is no
// opcode.
std::optional<Instruction> DecodeAt(absl::Span<const uint16_t> code, uint32_t offset);

// Walks over code from its start; stops at the end or at the first thing that does not decode.
class InstructionIterator {
 public:
  explicit InstructionIterator(absl::Span<const uint16_t> code) : code_(code) { DecodeFrom(0); }

  bool done() const { return done_; }
  const Instruction& operator*() const { return current_; }
  const Instruction* operator->() const { return &current_; }
  void Next() { DecodeFrom(current_.end()); }

 private:
  void DecodeFrom(uint32_t offset) {
    const std::optional<Instruction> decoded = DecodeAt(code_, offset);
    done_ = !decoded.has_value();
    if (decoded.has_value()) current_ = *decoded;
  }

  absl::Span<const uint16_t> code_;
  Instruction current_;
  bool done_ = false;
};

// How many values an instruction takes and leaves. `argument_count` is that of its send site, if it
// has one.
struct StackEffect {
  uint32_t pops = 0;
  uint32_t pushes = 0;
};
StackEffect StackEffectOf(Opcode opcode, uint32_t argument_count);

// False for instructions that never pass control to the one behind them.
bool FallsThrough(Opcode opcode);

}  // namespace som
