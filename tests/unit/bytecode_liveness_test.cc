// Which locals of a unit are read again, told by the listing of its instructions.
#include "vm/jit/bytecode_liveness.h"

#include <gtest/gtest.h>

#include <string>

#include "compiler/bytecode.h"
#include "tests/unit/compiler_test_util.h"

namespace som::jit {
namespace {

// A line for each instruction: its name, and the slots that are live in front of it.
std::string Listing(const CodeDescription& unit) {
  const BytecodeLiveness liveness(unit);
  std::string text;
  for (InstructionIterator it(unit.code); !it.done(); it.Next()) {
    text += NameOf(it->opcode);
    for (int slot = 0; slot < static_cast<int>(unit.local_count); ++slot) {
      if (liveness.IsLive(slot, it->offset)) text += " " + std::to_string(slot);
    }
    text += "\n";
  }
  return text;
}

TEST(BytecodeLiveness, EndsAtTheLastReadAndBeginsAtAnAssignment) {
  const CompiledClass c = CompileMembers("m = ( | a b | a := 1. b := a. a := 2. ^ b )");
  EXPECT_EQ(Listing(c.Code("m")),
            "PushInt\n"
            "PopSlot\n"
            "PushSlot 0\n"
            "PopSlot\n"
            "PushInt 1\n"
            "PopSlot 1\n"
            "PushSlot 1\n"
            "ReturnLocal\n");
}

TEST(BytecodeLiveness, LastsThroughALoopThatReadsBeforeItAssigns) {
  const CompiledClass c =
      CompileMembers("m: n = ( | a b | a := 0. [ a < n ] whileTrue: [ b := a. a := b + 1 ]. ^ a )");
  const std::string listing = Listing(c.Code("m:"));
  EXPECT_NE(listing.find("Jump 0\n"), std::string::npos) << listing;
  EXPECT_EQ(listing.find("Jump 0 1\n"), std::string::npos) << listing;
}

TEST(BytecodeLiveness, CountersAndLimitsOfLoops) {
  const CompiledClass c = CompileMembers("m: n = ( 1 to: n do: [:i | self foo ]. ^ self )");
  const std::string listing = Listing(c.Code("m:"));
  EXPECT_NE(listing.find("ToDoBegin\n"), std::string::npos) << listing;
  EXPECT_NE(listing.find("Send 0 1\n"), std::string::npos) << listing;
  EXPECT_NE(listing.find("ToDoNext 0 1\n"), std::string::npos) << listing;
}

TEST(BytecodeLiveness, ClosuresReadWhatTheyCopy) {
  const CompiledClass c = CompileMembers("m = ( | a | a := 1. ^ [ a ] )");
  const std::string listing = Listing(c.Code("m"));
  EXPECT_NE(listing.find("PushBlock 0\n"), std::string::npos) << listing;
}

// A variable that a restarted activation reads before it assigns it is read again by any send.
TEST(BytecodeLiveness, WhatARestartReadsIsLiveEverywhere) {
  const CompiledClass c =
      CompileMembers("m = ( | a | a isNil ifTrue: [ a := 1 ]. self foo. ^ nil )");
  const std::string listing = Listing(c.Code("m"));
  EXPECT_NE(listing.find("Send 0\n"), std::string::npos) << listing;
  EXPECT_NE(listing.find("ReturnLocal 0\n"), std::string::npos) << listing;
}

// A class may have an ifTrue:ifFalse: of its own that evaluates neither block.
TEST(BytecodeLiveness, SendsOfTwoBlocksMayEvaluateNone) {
  const CompiledClass c = CompileMembers(
      "m: x = ( | a | a := 1. x ifTrue: [ a := 2 ] ifFalse: [ a := 3 ]. ^ a )"
      "n: x = ( | a | a := 1. x ifTrue: [ ^ 2 ] ifFalse: [ ^ 3 ]. ^ a )"
      "o: x = ( | a | a := 1. (x and: [ a := 2. true ]) ifTrue: [ ^ a ] ifFalse: [ ^ 3 ] )");
  for (const char* selector : {"m:", "n:", "o:"}) {
    const std::string listing = Listing(c.Code(selector));
    EXPECT_NE(listing.find("JumpIfFalse 0\n"), std::string::npos) << listing;
  }
}

TEST(BytecodeLiveness, ArgumentsAndFarLocalsAreAlwaysLive) {
  const CompiledClass c = CompileMembers("m: n = ( ^ 3 )");
  const BytecodeLiveness liveness(c.Code("m:"));
  EXPECT_TRUE(liveness.IsLive(-1, 0));
  EXPECT_TRUE(liveness.IsLive(64, 0));
}

}  // namespace
}  // namespace som::jit
