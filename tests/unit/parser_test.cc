#include "compiler/parser.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/compile.h"
#include "compiler/own_stack.h"
#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// An expression in a notation that shows how it was understood: (receiver selector argument ...).
std::string Show(const Expression* expression) {
  switch (expression->kind) {
    case ExpressionKind::kVariable:
      return std::string(As<VariableExpression>(expression)->name);
    case ExpressionKind::kSelf:
      return "self";
    case ExpressionKind::kSuper:
      return "super";
    case ExpressionKind::kNil:
      return "nil";
    case ExpressionKind::kTrue:
      return "true";
    case ExpressionKind::kFalse:
      return "false";
    case ExpressionKind::kLiteral:
      return LiteralSource(*As<LiteralExpression>(expression)->value);
    case ExpressionKind::kAssignment: {
      const auto* assignment = As<AssignmentExpression>(expression);
      return "{" + std::string(assignment->target->name) + " := " + Show(assignment->value) + "}";
    }
    case ExpressionKind::kSend: {
      const auto* send = As<SendExpression>(expression);
      std::string text = "(" + Show(send->receiver) + " " + std::string(send->selector);
      for (const Expression* argument : send->arguments) text += " " + Show(argument);
      return text + ")";
    }
    case ExpressionKind::kBlock: {
      const auto* block = As<BlockExpression>(expression);
      std::string text = "[";
      for (const Name& parameter : block->parameters) text += ":" + std::string(parameter.text);
      for (const Name& local : block->body.locals) text += "|" + std::string(local.text);
      for (const Statement& statement : block->body.statements) {
        text += std::string(statement.is_return ? " ^" : " ") + Show(statement.expression);
      }
      return text + "]";
    }
  }
  return "?";
}

std::string Parse(const std::string& expression) {
  const SourceFile source("<test>", expression);
  Diagnostics diagnostics;
  const auto tree = ParseExpressionSource(source, "Test", &diagnostics);
  if (tree == nullptr) return PrintDiagnostics(diagnostics);
  return Show(tree->instance_side.methods[0]->body.statements.back().expression);
}

TEST(Parser, Precedence) {
  EXPECT_EQ(Parse("2 + 3 * 4"), "((2 + 3) * 4)");
  EXPECT_EQ(Parse("3 + 4 max: 2 * 5"), "((3 + 4) max: (2 * 5))");
  EXPECT_EQ(Parse("a b c at: d e put: f"), "(((a b) c) at:put: (d e) f)");
  EXPECT_EQ(Parse("1, 2, 3 do: b"), "(((1 , 2) , 3) do: b)");
  EXPECT_EQ(Parse("(a at: 1) at: (b at: 2)"), "((a at: 1) at: (b at: 2))");
}

TEST(Parser, Assignments) {
  EXPECT_EQ(Parse("a := b := 3"), "{a := {b := 3}}");
  EXPECT_EQ(Parse("^ a := 1"), "{a := 1}");
  EXPECT_EQ(Parse("x at: (a := 3)"), "(x at: {a := 3})");
  EXPECT_EQ(Parse("x :=-1"), "{x := -1}");
}

TEST(Parser, NegativeNumbers) {
  EXPECT_EQ(Parse("-5 abs"), "(-5 abs)");
  EXPECT_EQ(Parse("3 - -2"), "(3 - -2)");
  EXPECT_EQ(Parse("3-2"), "(3 - 2)");
  EXPECT_EQ(Parse("3 -2"), "(3 - 2)");
  EXPECT_EQ(Parse("- 3"), "-3");
  EXPECT_EQ(Parse("a foo: -1"), "(a foo: -1)");
  EXPECT_EQ(Parse("#(3 -2 -0.5)"), "#(3 -2 -0.5)");
  EXPECT_EQ(Parse("-0.0"), "-0.0");
  EXPECT_EQ(Parse("3>-1"), "(3 >- 1)");
}

TEST(Parser, Literals) {
  EXPECT_EQ(Parse("007"), "7");
  EXPECT_EQ(Parse("00"), "0");
  EXPECT_EQ(Parse("9223372036854775807"), "9223372036854775807");
  EXPECT_EQ(Parse("-9223372036854775808"), "-9223372036854775808");
  EXPECT_EQ(Parse("0009223372036854775808"), "9223372036854775808");
  EXPECT_EQ(Parse("1.5e3"), "(1.5 e3)");
  EXPECT_EQ(Parse("'it''s'"),
            "File '<test>', line 1, column 5:\n  'it''s'\n      ^\n"
            "Unexpected string 's'; expected '.' or the end of the text\n");
  EXPECT_EQ(Parse("#()"), "#()");
  EXPECT_EQ(Parse("#(#(9.0 #a) 'x' #at:put: \"c\" 1)"), "#(#(9.0 #a) 'x' #at:put: 1)");
}

TEST(Parser, DoublesAreTheNearest) {
  const SourceFile source("<test>", "#(0.1 1" + std::string(400, '0') + ".0)");
  Diagnostics diagnostics;
  const auto tree = ParseExpressionSource(source, "Test", &diagnostics);
  ASSERT_NE(tree, nullptr);
  const auto& array = std::get<LiteralArray>(tree->literals[0].value);
  EXPECT_EQ(std::get<double>(array[1].value), 0.1);
  EXPECT_EQ(std::get<double>(array[2].value), std::numeric_limits<double>::infinity());
}

TEST(Parser, Symbols) {
  EXPECT_EQ(Parse("#foo"), "#foo");
  EXPECT_EQ(Parse("#a:b2:c_d:"), "#a:b2:c_d:");
  EXPECT_EQ(Parse("#+-+"), "#+-+");
  EXPECT_EQ(Parse("#\\"), "#\\");
  EXPECT_EQ(Parse("#'Integer class'"), "#'Integer class'");
  EXPECT_EQ(Parse("#''"), "#''");
  EXPECT_EQ(Parse("# foo"), "#foo");
  EXPECT_EQ(Parse("#primitive"), "#primitive");
  EXPECT_EQ(Parse("#at: put: 3"), "(#at: put: 3)");
}

TEST(Parser, Blocks) {
  EXPECT_EQ(Parse("[]"), "[]");
  EXPECT_EQ(Parse("[:x | ]"), "[:x]");
  EXPECT_EQ(Parse("[:x :y | | z | z. ^ x. ]"), "[:x:y|z z ^x]");
  EXPECT_EQ(Parse("[ 1. 2. ]"), "[ 1 2]");
  EXPECT_EQ(Parse("[:a | | b c | a | b ]"), "[:a|b|c (a | b)]");
}

TEST(Parser, PeriodsSeparate) {
  EXPECT_EQ(Parse("1. 2."), "2");
  EXPECT_EQ(Parse("1.. 2"),
            "File '<test>', line 1, column 3:\n  1.. 2\n    ^\n"
            "Unexpected '.'; expected an expression or the end of the text\n");
}

TEST(Parser, ReservedWordsAreSelectorsToo) {
  EXPECT_EQ(Parse("a nil"), "(a nil)");
  EXPECT_EQ(Parse("super self"), "(super self)");
  EXPECT_EQ(Parse("primitive foo"), "(primitive foo)");
}

TEST(Parser, AnExpressionAnswersItsLastValue) {
  EXPECT_EQ(Parse(""), "nil");
  EXPECT_EQ(Parse("| a | a := 1. a"), "a");
}

TEST(Parser, ExpressionErrorsPointIntoTheText) {
  EXPECT_EQ(Parse("1 + )"),
            "File '<test>', line 1, column 5:\n  1 + )\n      ^\n"
            "Unexpected ')'; expected an expression\n");
}

std::unique_ptr<ClassNode> ParseText(const std::string& text) {
  static const SourceFile* source = nullptr;
  delete source;
  source = new SourceFile("Test.som", text);
  Diagnostics diagnostics;
  auto tree = ParseClassSource(*source, &diagnostics);
  EXPECT_NE(tree, nullptr) << PrintDiagnostics(diagnostics);
  return tree == nullptr ? std::make_unique<ClassNode>() : std::move(tree);
}

TEST(Parser, Classes) {
  const auto tree = ParseText(
      "Test = Base ( | a primitive | foo = primitive + x = ( ) | y = ( ) at: i put: v = ( )\n"
      "---- | c | new = ( ) ) trailing { text");
  EXPECT_EQ(tree->name, "Test");
  EXPECT_EQ(tree->superclass_name, "Base");
  EXPECT_EQ(tree->instance_side.fields.size(), 2U);
  std::vector<std::string> selectors;
  for (const MethodNode* method : tree->instance_side.methods) {
    selectors.emplace_back(method->selector);
  }
  EXPECT_THAT(selectors, ElementsAre("foo", "+", "|", "at:put:"));
  EXPECT_TRUE(tree->instance_side.methods[0]->is_primitive);
  EXPECT_FALSE(tree->instance_side.methods[1]->is_primitive);
  EXPECT_EQ(tree->class_side.fields.size(), 1U);
  EXPECT_EQ(tree->class_side.methods.size(), 1U);
}

TEST(Parser, SuperclassDefaultsToObject) {
  EXPECT_EQ(ParseText("Test = ()")->superclass_name, "Object");
  EXPECT_EQ(ParseText("Test = nil ()")->superclass_name, "nil");
}

TEST(Parser, MethodsThatUseTheWordPrimitive) {
  const auto tree =
      ParseText("Test = ( primitive = ( ) primitive: primitive = ( ) primitives=() )");
  EXPECT_EQ(tree->instance_side.methods.size(), 3U);
}

TEST(ParserErrors, ExpectedAndFound) {
  EXPECT_THAT(ErrorsOf("Test = ( foo )"),
              ElementsAre("1:14 Unexpected ')'; expected '=' after the method pattern"));
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( ^ 1. 2 ) )"),
              ElementsAre("1:23 Unexpected integer '2'; expected ')', as '^' ends the statements"));
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( 1 2 ) )"),
              ElementsAre("1:20 Unexpected integer '2'; expected '.' or ')'"));
  EXPECT_THAT(ErrorsOf("Test = ( 'x' )"),
              ElementsAre("1:10 Unexpected string 'x'; expected ')', a separator or a method"));
  EXPECT_THAT(ErrorsOf("Test = ( ---- foo = ( ) ---- )"),
              ElementsAre("1:25 Unexpected separator; expected ')' or a method"));
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( -x ) )"),
              ElementsAre("1:18 Unexpected operator '-'; expected an expression or ')'"));
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( [:x] ) )"),
              ElementsAre("1:21 Unexpected ']'; expected ':' or '|' after a block argument"));
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( #- . # ) )"),
              ElementsAre("1:25 Unexpected ')'; expected a symbol or a literal array after '#'"));
  EXPECT_THAT(ErrorsOf("test"),
              ElementsAre("1:5 Unexpected end of file; expected '=' after the class name"));
  EXPECT_THAT(ErrorsOf(""), ElementsAre("1:1 Unexpected end of file; expected a class name"));
}

TEST(ParserErrors, UnclosedThings) {
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( 'abc"),
              ElementsAre("1:18 This string has no closing quote"));
  EXPECT_THAT(
      ErrorsOf("Test = (\n foo = ( )\n \"abc\n\n"),
      ElementsAre("3:2 Unexpected end of file inside this comment; expected ')', a separator or a "
                  "method"));
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( a\n\n"),
              ElementsAre("1:19 Unexpected end of file; expected '.' or ')'"));
}

TEST(ParserErrors, ReservedNames) {
  EXPECT_THAT(ErrorsOf("Test = ( foo: nil = ( | super | self := 3 ) )"),
              ElementsAre("1:15 'nil' cannot be declared as a variable",
                          "1:25 'super' cannot be declared as a variable",
                          "1:33 'self' cannot be assigned"));
}

TEST(ParserErrors, SeveralMethodsAreReportedTogether) {
  EXPECT_THAT(ErrorsOf("Test = (\n"
                       "  a = ( ^ self at: 1 put: )\n"
                       "  b = ( ^ 3 ; 4 )\n"
                       "  c = ( [ ) ]\n"
                       "  ok = ( )\n"
                       "  ----\n"
                       "  d = ( ^ { } )\n"
                       ")"),
              ElementsAre("2:27 Unexpected ')'; expected an expression",
                          "3:13 Unexpected character ';'; expected '.' or ')'",
                          "4:11 Unexpected ')'; expected an expression or ']'",
                          "7:11 Unexpected character '{'; expected an expression"));
}

TEST(ParserErrors, OneMistakeGivesOneMessage) {
  EXPECT_EQ(ErrorsOf("Test = (\n  a = ( b ifTrue: [ c )\n  d = ( ^ 1 )\n)").size(), 1U);
  EXPECT_EQ(ErrorsOf("Test = (\n  a = ( ^ 'x )\n  d = ( ^ 1 )\n)").size(), 1U);
  EXPECT_EQ(ErrorsOf("Test = (\n  | a b\n  d = ( ^ 1 )\n e = ( ) )").size(), 1U);
  EXPECT_EQ(ErrorsOf("Test = (\n  a: b: c = ( )\n  d = ( ^ 1 )\n)").size(), 1U);
}

TEST(ParserErrors, ManyErrorsAreCut) {
  std::string text = "Test = (\n";
  for (int i = 0; i < 1000; ++i) text += "m" + std::to_string(i) + " = ( ; )\n";
  EXPECT_EQ(ErrorsOf(text + ")").size(), 25U);
}

std::string Repeat(const std::string& piece, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += piece;
  return text;
}

// `levels` of the same kind of nesting, as the text of a class with one method.
std::string Nested(const std::string& open, const std::string& close, int levels) {
  return "Test = ( foo = ( | x | ^ " + Repeat(open, levels) + "1" + Repeat(close, levels) + " ) )";
}

// What nests, in front of its contents and behind them. Assignments count where they assign what
// another one assigned.
const std::pair<std::string, std::string> kNesting[] = {
    {"(", ")"},           {"[", "]"},
    {"#(", ")"},          {"x foo: [ ", "]"},
    {"x && [", "]"},      {"(", " abs)"},
    {"3 + (", ")"},       {"3 foo: 4 bar: (", ")"},
    {"x := [ ", " ]"},    {"[:a :b | x. ", "]"},
    {"x ifTrue: [", "]"}, {"1 to: 2 do: [:i | ", "]"}};

TEST(ParserErrors, DeepNestingIsAnError) {
  for (const auto& [open, close] : kNesting) {
    EXPECT_THAT(ErrorsOf(Nested(open, close, 10000)), IsEmpty()) << open;
    const auto errors = ErrorsOf(Nested(open, close, 10001));
    ASSERT_FALSE(errors.empty()) << open;
    EXPECT_NE(errors[0].find("Nested more than 10000 levels deep"), std::string::npos) << errors[0];
  }
  EXPECT_THAT(ErrorsOf(Nested("x := ", "", 10001)), IsEmpty());
  EXPECT_FALSE(ErrorsOf(Nested("x := ", "", 10002)).empty());
  EXPECT_FALSE(ErrorsOf("Test = ( foo = ( ^ x" + Repeat(" && [ y ]", 10001) + " ) )").empty());
}

// Neither the parser nor who walks its tree needs more of the caller's stack for a deeper text.
TEST(ParserErrors, DeepNestingNeedsNoDeepStack) {
#ifdef NDEBUG
  constexpr size_t kStack = size_t{256} << 10;
#else
  constexpr size_t kStack = size_t{2} << 20;
#endif
  for (const auto& [open, close] : kNesting) {
    const std::string text = Nested(open, close, 10000);
    ASSERT_TRUE(RunOnOwnStack(kStack, [&](const char*) {
      Diagnostics diagnostics;
      const auto parsed = ParseClass("Test.som", text, &diagnostics);
      ASSERT_NE(parsed, nullptr);
      EXPECT_NE(CompileClass(*parsed, {}, {}, &diagnostics), nullptr);
    }));
  }
}

TEST(ParserErrors, LongChainsAreNoNesting) {
  EXPECT_THAT(ErrorsOf("Test = ( foo = ( ^ 1" + Repeat(" foo + 1", 50000) + " ) )"), IsEmpty());
}

// No text makes the parser crash or hang; what is not accepted is reported.
TEST(ParserErrors, TruncatedAndDamagedSources) {
  const std::string text =
      "Test = Base ( | a b |\n \"c\" foo: x bar: y = ( | t | t := #(1 -2.5 #at:put: 'q\\n').\n"
      "  ^ x ifTrue: [:z | | u | u := super foo: z, 3. ^ u ] ifFalse: [ t ] )\n"
      "  - z = primitive\n ----- | c | new = ( ^ [ self ] value ) )";
  for (size_t i = 0; i < text.size(); ++i) {
    EXPECT_THAT(ErrorsOf(text.substr(0, i)), ::testing::Not(IsEmpty())) << i;
    for (const char* damage : {"", ")", "]", "'", "\"", "|", "#", ":", "^", ";", "\xFF"}) {
      std::string damaged = text;
      damaged.replace(i, 1, damage);
      ErrorsOf(damaged);
      damaged = text;
      damaged.insert(i, std::string(damage) + '\0');
      ErrorsOf(damaged);
    }
  }
}

}  // namespace
}  // namespace som
