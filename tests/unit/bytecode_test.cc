#include "compiler/bytecode.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace som {
namespace {

uint16_t Unit(Opcode opcode) { return static_cast<uint16_t>(opcode); }

TEST(Bytecode, EveryOpcodeHasAName) {
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    EXPECT_FALSE(NameOf(opcode).empty());
    EXPECT_EQ(FindOpcode(NameOf(opcode)), opcode) << NameOf(opcode);
    EXPECT_FALSE(InfoOf(opcode).sentence.empty()) << NameOf(opcode);
  }
  EXPECT_EQ(FindOpcode("NoSuchOpcode"), std::nullopt);
}

TEST(Bytecode, DerivedOpcodesHaveTheOperandsOfTheirBase) {
  for (size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    EXPECT_TRUE(IsBase(BaseOpcode(opcode)));
    EXPECT_EQ(LengthOf(opcode), LengthOf(BaseOpcode(opcode))) << NameOf(opcode);
    EXPECT_EQ(IsBase(opcode) + IsQuickened(opcode) + IsSuperinstruction(opcode), 1);
  }
}

TEST(Bytecode, PatternsOfSuperinstructionsAreBaseSequences) {
  for (size_t i = kQuickenedOpcodeCount; i < kDerivedOpcodeCount; ++i) {
    std::string_view pattern = kDerivedTable[i].pattern;
    int count = 0;
    while (!pattern.empty()) {
      const size_t blank = std::min(pattern.find(' '), pattern.size());
      EXPECT_TRUE(FindOpcode(pattern.substr(0, blank)).has_value()) << kDerivedTable[i].pattern;
      pattern.remove_prefix(std::min(blank + 1, pattern.size()));
      ++count;
    }
    EXPECT_GE(count, 2) << kDerivedTable[i].name;
  }
}

TEST(Bytecode, WideOperands) {
  uint16_t units[2];
  for (const uint32_t value : {0U, 1U, 0xFFFFU, 0x10000U, 0x12345678U, 0xFFFFFFFFU}) {
    WriteU32(units, value);
    EXPECT_EQ(ReadU32(units), value);
  }
  WriteU32(units, 0x12345678);
  EXPECT_EQ(units[0], 0x5678);
  WriteU32(units, static_cast<uint32_t>(-3));
  EXPECT_EQ(ReadI32(units), -3);
}

TEST(Bytecode, DecodingStopsAtTheEnd) {
  const std::vector<uint16_t> code = {Unit(Opcode::kPushInt), 7, Unit(Opcode::kReturnLocal),
                                      Unit(Opcode::kSend), 1};
  InstructionIterator i(code);
  EXPECT_EQ(i->opcode, Opcode::kPushInt);
  EXPECT_EQ(i->SignedUnit(0), 7);
  i.Next();
  EXPECT_EQ(i->opcode, Opcode::kReturnLocal);
  EXPECT_EQ(i->offset, 2U);
  i.Next();
  EXPECT_TRUE(i.done());
  EXPECT_FALSE(DecodeAt(code, 3).has_value());
  EXPECT_FALSE(DecodeAt(code, 5).has_value());
  EXPECT_FALSE(DecodeAt(std::vector<uint16_t>{0xFFFF}, 0).has_value());
}

TEST(Bytecode, JumpsAreRelativeToTheEndOfTheInstruction) {
  std::vector<uint16_t> code = {Unit(Opcode::kToDoNext), 3, 1, 0, 0};
  WriteU32(&code[3], static_cast<uint32_t>(-5));
  const Instruction next = *DecodeAt(code, 0);
  EXPECT_TRUE(next.HasJump());
  EXPECT_FALSE(next.HasInlinedSend());
  EXPECT_EQ(next.JumpTarget(), 0);

  code = {Unit(Opcode::kToDoBegin), 2, 4, 0, 9, 0};
  const Instruction begin = *DecodeAt(code, 0);
  EXPECT_EQ(begin.JumpTarget(), 10);
  EXPECT_TRUE(begin.HasInlinedSend());
  EXPECT_EQ(begin.InlinedSend(), 9U);
  EXPECT_FALSE(DecodeAt(std::vector<uint16_t>{Unit(Opcode::kPop)}, 0)->HasJump());
}

TEST(Bytecode, StackEffects) {
  EXPECT_EQ(StackEffectOf(Opcode::kSend, 2).pops, 3U);
  EXPECT_EQ(StackEffectOf(Opcode::kSend, 2).pushes, 1U);
  EXPECT_EQ(StackEffectOf(Opcode::kToDoBegin, 0).pops, 2U);
  EXPECT_EQ(StackEffectOf(Opcode::kPop2, 0).pops, 2U);
  EXPECT_EQ(StackEffectOf(Opcode::kPop2, 0).pushes, 1U);
}

TEST(Bytecode, WhatFallsThrough) {
  EXPECT_FALSE(FallsThrough(Opcode::kJump));
  EXPECT_FALSE(FallsThrough(Opcode::kJumpBack));
  EXPECT_FALSE(FallsThrough(Opcode::kReturnNonLocal));
  EXPECT_TRUE(FallsThrough(Opcode::kJumpIfTrue));
  EXPECT_TRUE(FallsThrough(Opcode::kSend));
}

}  // namespace
}  // namespace som
