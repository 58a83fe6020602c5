#include "compiler/inline_control.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

InlineForm FormOf(const std::string& expression) {
  const SourceFile source("<test>", expression);
  Diagnostics diagnostics;
  const auto tree = ParseExpressionSource(source, "Test", &diagnostics);
  EXPECT_NE(tree, nullptr) << PrintDiagnostics(diagnostics);
  const Expression* last = tree->instance_side.methods[0]->body.statements.back().expression;
  return last->kind == ExpressionKind::kSend ? As<SendExpression>(last)->inline_form
                                             : InlineForm::kNone;
}

TEST(InlineControl, EverySelectorWithLiteralBlocks) {
  EXPECT_EQ(FormOf("a ifTrue: [ 1 ]"), InlineForm::kIfTrue);
  EXPECT_EQ(FormOf("a ifFalse: [ 1 ]"), InlineForm::kIfFalse);
  EXPECT_EQ(FormOf("a ifTrue: [ 1 ] ifFalse: [ 2 ]"), InlineForm::kIfTrueIfFalse);
  EXPECT_EQ(FormOf("a ifFalse: [ 1 ] ifTrue: [ 2 ]"), InlineForm::kIfFalseIfTrue);
  EXPECT_EQ(FormOf("a ifNil: [ 1 ]"), InlineForm::kIfNil);
  EXPECT_EQ(FormOf("a ifNotNil: [ 1 ]"), InlineForm::kIfNotNil);
  EXPECT_EQ(FormOf("a ifNil: [ 1 ] ifNotNil: [ 2 ]"), InlineForm::kIfNilIfNotNil);
  EXPECT_EQ(FormOf("a ifNotNil: [ 1 ] ifNil: [ 2 ]"), InlineForm::kIfNotNilIfNil);
  EXPECT_EQ(FormOf("a and: [ 1 ]"), InlineForm::kAnd);
  EXPECT_EQ(FormOf("a && [ 1 ]"), InlineForm::kAnd);
  EXPECT_EQ(FormOf("a or: [ 1 ]"), InlineForm::kOr);
  EXPECT_EQ(FormOf("a || [ 1 ]"), InlineForm::kOr);
  EXPECT_EQ(FormOf("[ a ] whileTrue: [ 1 ]"), InlineForm::kWhileTrue);
  EXPECT_EQ(FormOf("[ a ] whileFalse: [ 1 ]"), InlineForm::kWhileFalse);
  EXPECT_EQ(FormOf("1 to: 3 do: [:i | i ]"), InlineForm::kToDo);
  EXPECT_EQ(FormOf("1 to: 3 by: 2 do: [:i | i ]"), InlineForm::kToByDo);
  EXPECT_EQ(FormOf("3 downTo: 1 do: [:i | i ]"), InlineForm::kDownToDo);
  EXPECT_EQ(FormOf("3 downTo: 1 by: 2 do: [:i | i ]"), InlineForm::kDownToByDo);
  EXPECT_EQ(FormOf("3 timesRepeat: [ a ]"), InlineForm::kTimesRepeat);
}

TEST(InlineControl, OnlyTheRightShapes) {
  EXPECT_EQ(FormOf("a ifTrue: b"), InlineForm::kNone);
  EXPECT_EQ(FormOf("a ifTrue: 1 ifFalse: [ 2 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("a ifTrue: [:x | 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("a ifNotNil: [:x | 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("a && b"), InlineForm::kNone);
  EXPECT_EQ(FormOf("a whileTrue: [ 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("[:x | a ] whileTrue: [ 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("1 to: 3 do: [ 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("1 to: 3 do: [:i :j | 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("3 timesRepeat: [:i | 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("a do: [:x | 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("[ a ] whileTrue"), InlineForm::kNone);
}

TEST(InlineControl, StepsAreSmallPositiveLiterals) {
  EXPECT_EQ(FormOf("1 to: 3 by: 0 do: [:i | i ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("1 to: 3 by: -1 do: [:i | i ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("1 to: 3 by: 1.0 do: [:i | i ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("1 to: 3 by: n do: [:i | i ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("1 to: 3 by: 32767 do: [:i | i ]"), InlineForm::kToByDo);
  EXPECT_EQ(FormOf("1 to: 3 by: 32768 do: [:i | i ]"), InlineForm::kNone);
}

TEST(InlineControl, SuperSendsAreNever) {
  EXPECT_EQ(FormOf("super ifTrue: [ 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("super and: [ 1 ]"), InlineForm::kNone);
  EXPECT_EQ(FormOf("super foo ifTrue: [ 1 ]"), InlineForm::kIfTrue);
}

bool HasSend(const CodeDescription& code, std::string_view selector) {
  for (const SendSiteDescription& site : code.sites) {
    if (site.selector == selector) return true;
  }
  return false;
}

TEST(InlineControl, OptionsDecide) {
  constexpr std::string_view kMembers =
      "m: x = ( x ifTrue: [ 1 ]. x or: [ 2 ]. 1 to: x do: [:i | i ] )";
  const CompiledClass all = CompileMembers(kMembers);
  EXPECT_TRUE(all.Code("m:").sites.empty());

  CompileOptions no_control;
  no_control.inline_control = false;
  const CompiledClass without_control = CompileMembers(kMembers, no_control);
  EXPECT_TRUE(HasSend(without_control.Code("m:"), "ifTrue:"));
  EXPECT_TRUE(HasSend(without_control.Code("m:"), "or:"));
  EXPECT_FALSE(HasSend(without_control.Code("m:"), "to:do:"));

  CompileOptions no_loops;
  no_loops.inline_loops = false;
  const CompiledClass without_loops = CompileMembers(kMembers, no_loops);
  EXPECT_FALSE(HasSend(without_loops.Code("m:"), "ifTrue:"));
  EXPECT_TRUE(HasSend(without_loops.Code("m:"), "to:do:"));

  CompileOptions never;
  never.never_inline = {"or:"};
  const CompiledClass without_or = CompileMembers(kMembers, never);
  EXPECT_FALSE(HasSend(without_or.Code("m:"), "ifTrue:"));
  EXPECT_TRUE(HasSend(without_or.Code("m:"), "or:"));
}

}  // namespace
}  // namespace som
