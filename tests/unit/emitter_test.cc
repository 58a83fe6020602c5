#include "compiler/emitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::ElementsAre;

class EmitterTest : public ::testing::Test {
 protected:
  SourceFile source_{"Test.som", "first\nsecond line\n"};
  CodeDescription code_;
  Emitter emitter_{source_, &code_};
};

TEST_F(EmitterTest, TracksTheStack) {
  emitter_.Emit(Opcode::kPushNil);
  emitter_.Emit(Opcode::kPushTrue);
  emitter_.EmitInt(-3);
  EXPECT_EQ(emitter_.depth(), 3U);
  emitter_.EmitSend(false, "foo:bar:", 2);
  EXPECT_EQ(emitter_.depth(), 1U);
  emitter_.Emit(Opcode::kReturnLocal);
  EXPECT_FALSE(emitter_.reachable());
  EXPECT_EQ(emitter_.max_depth(), 3U);
  EXPECT_THAT(Instructions(code_),
              ElementsAre("PushNil", "PushTrue", "PushInt -3", "Send #foo:bar:", "ReturnLocal"));
}

TEST_F(EmitterTest, WritesNothingThatCannotBeReached) {
  emitter_.Emit(Opcode::kReturnSelf);
  emitter_.Emit(Opcode::kPushNil);
  emitter_.EmitGlobal("Foo");
  emitter_.EmitLiteral({StringText{"x"}});
  EXPECT_THAT(Instructions(code_), ElementsAre("ReturnSelf"));
  EXPECT_TRUE(code_.globals.empty());
  EXPECT_TRUE(code_.literals.empty());
}

TEST_F(EmitterTest, LabelsInBothDirections) {
  Label top;
  Label end;
  emitter_.Bind(&top);
  emitter_.Emit(Opcode::kPushTrue);
  const uint32_t inlined = emitter_.AddInlinedSend("ifTrue:", 1, 7);
  emitter_.EmitJumpIf(false, &end, inlined);
  emitter_.EmitJump(&top);
  EXPECT_FALSE(emitter_.reachable());
  emitter_.Bind(&end);
  EXPECT_TRUE(emitter_.reachable());
  emitter_.Emit(Opcode::kReturnSelf);
  EXPECT_THAT(Instructions(code_),
              ElementsAre("PushTrue", "JumpIfFalse @3", "JumpBack @0", "ReturnSelf"));
  EXPECT_EQ(code_.inlined_sends[0].key, 7U);
}

TEST_F(EmitterTest, BackwardConditionalJumps) {
  Label top;
  emitter_.Bind(&top);
  emitter_.Emit(Opcode::kPushTrue);
  emitter_.EmitJumpIf(true, &top, 0);
  emitter_.Emit(Opcode::kPushTrue);
  emitter_.EmitJumpIf(false, &top, 0);
  EXPECT_THAT(Instructions(code_),
              ElementsAre("PushTrue", "JumpBackIfTrue @0", "PushTrue", "JumpBackIfFalse @0"));
}

TEST_F(EmitterTest, AnUnusedLabelDoesNotMakeCodeReachable) {
  Label never;
  emitter_.Emit(Opcode::kReturnSelf);
  emitter_.Bind(&never);
  EXPECT_FALSE(emitter_.reachable());
}

TEST_F(EmitterTest, LiteralsAreSharedByValueAndType) {
  emitter_.EmitLiteral({int64_t{32767}});
  emitter_.EmitLiteral({int64_t{32768}});
  emitter_.EmitLiteral({int64_t{32768}});
  emitter_.EmitLiteral({StringText{"a"}});
  emitter_.EmitLiteral({SymbolText{"a"}});
  emitter_.EmitLiteral({StringText{"a"}});
  EXPECT_EQ(code_.literals.size(), 3U);
  EXPECT_THAT(Instructions(code_),
              ElementsAre("PushInt 32767", "PushLiteral 32768", "PushLiteral 32768",
                          "PushLiteral 'a'", "PushLiteral #a", "PushLiteral 'a'"));
}

TEST_F(EmitterTest, DoublesAreSharedByTheirBits) {
  emitter_.EmitLiteral({0.0});
  emitter_.EmitLiteral({-0.0});
  emitter_.EmitLiteral({0.0});
  emitter_.EmitLiteral({std::numeric_limits<double>::infinity()});
  EXPECT_EQ(code_.literals.size(), 3U);
}

TEST_F(EmitterTest, ArraysAreNotShared) {
  const LiteralDescription array{LiteralArray{{ArrayStart{2}}, {int64_t{1}}, {StringText{"x"}}}};
  emitter_.EmitLiteral(array);
  emitter_.EmitLiteral(array);
  EXPECT_EQ(code_.literals.size(), 2U);
  EXPECT_THAT(Instructions(code_), ElementsAre("PushArray #(1 'x')", "PushArray #(1 'x')"));
}

TEST_F(EmitterTest, GlobalsAreSharedSitesAreNot) {
  emitter_.EmitGlobal("Foo");
  emitter_.EmitSend(false, "x", 0);
  emitter_.EmitGlobal("Foo");
  emitter_.EmitSend(false, "x", 0);
  EXPECT_EQ(code_.globals.size(), 1U);
  EXPECT_EQ(code_.sites.size(), 2U);
}

TEST_F(EmitterTest, PositionsChangeOnlyWhenThePlaceDoes) {
  emitter_.SetPlace(0, 5);
  emitter_.Emit(Opcode::kPushNil);
  emitter_.SetPlace(0, 5);
  emitter_.Emit(Opcode::kPop);
  emitter_.SetPlace(6, 12);
  emitter_.Emit(Opcode::kPushNil);
  ASSERT_EQ(code_.positions.size(), 2U);
  EXPECT_EQ(code_.positions[1].code_offset, 2U);
  EXPECT_EQ(code_.positions[1].span.line, 2U);
  EXPECT_EQ(code_.positions[1].span.column, 1U);
  EXPECT_EQ(code_.positions[1].span.end_column, 7U);
}

}  // namespace
}  // namespace som
