// Hints, excerpts and warnings of the compiler.
#include "compiler/hints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>
#include <string>

#include "compiler/compile.h"
#include "compiler/diagnostics.h"
#include "compiler/warnings.h"

namespace som {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// The hint of the first error in statements.
std::string HintOf(const std::string& statements) {
  Diagnostics diagnostics;
  ParseExpression("It", "text", statements, &diagnostics);
  return diagnostics.empty() ? "(no error)" : diagnostics.entries().front().hint;
}

TEST(Hints, OtherSmalltalks) {
  EXPECT_THAT(HintOf("a foo; bar"), HasSubstr("no cascades"));
  EXPECT_THAT(HintOf("a foo: $é"), HasSubstr("'é'"));
  EXPECT_THAT(HintOf("$'"), HasSubstr("'a'"));
  EXPECT_THAT(HintOf("$"), HasSubstr("'a'"));
  EXPECT_THAT(HintOf("a := {1}"), HasSubstr("braces"));
  EXPECT_THAT(HintOf("a _ 3"), HasSubstr(":="));
  EXPECT_THAT(HintOf("a foo!"), HasSubstr("chunks"));
  EXPECT_THAT(HintOf("<primitive: 3> ^ 3"), HasSubstr("= primitive"));
  EXPECT_THAT(HintOf("#[1]"), HasSubstr("#( )"));
}

TEST(Hints, MissingPeriods) {
  const std::string hint = "A period is missing at the end of line 1.";
  EXPECT_EQ(HintOf("a := 3\nb := 4"), hint);
  EXPECT_EQ(HintOf("a foo\n^ 4"), hint);
  EXPECT_EQ(HintOf("a foo\n'text' println"), hint);
  EXPECT_EQ(HintOf("a foo: [ 1 ]\n(b bar)"), hint);
  EXPECT_EQ(HintOf("a := 3 b := 4"), "");
  EXPECT_EQ(HintOf("a foo 'text'"), "");
  EXPECT_EQ(HintOf("a := 3 +\n:= 4"), "");
}

TEST(Hints, WhatIsNotClosed) {
  EXPECT_EQ(HintOf("(1 + (2)"), "The '(' in line 1, column 1 is not closed.");
  EXPECT_EQ(HintOf("1\n foo: [ 2"), "The '[' in line 2, column 7 is not closed.");
  EXPECT_EQ(HintOf("[ (1 ]"), "The '(' in line 1, column 3 is not closed.");
  EXPECT_EQ(HintOf("[ | a b ]"), "The '|' in line 1, column 3 is not closed.");
  EXPECT_EQ(HintOf("1 )"), "Nothing is open that ) could close.");
  EXPECT_EQ(HintOf("1 +"), "");
}

TEST(Hints, Quotes) {
  EXPECT_THAT(HintOf("'it''s'"), HasSubstr("\\'"));
  EXPECT_THAT(HintOf("'it''s"), HasSubstr("\\'"));
  EXPECT_THAT(HintOf("'open"), HasSubstr("next quote"));
}

TEST(Hints, Names) {
  Diagnostics diagnostics;
  const auto parsed = ParseClass(
      "T.som", "T = ( | total | m: start = ( totl := 1. strat := 2. zzz := 3 ) )", &diagnostics);
  ASSERT_NE(parsed, nullptr);
  EXPECT_EQ(CompileClass(*parsed, {}, {}, &diagnostics), nullptr);
  ASSERT_EQ(diagnostics.size(), 3);
  EXPECT_EQ(diagnostics.entries()[0].hint, "Did you mean total?");
  EXPECT_EQ(diagnostics.entries()[0].width, 4);
  EXPECT_EQ(diagnostics.entries()[1].hint, "Did you mean start?");
  EXPECT_THAT(diagnostics.entries()[2].hint, HasSubstr("| zzz |"));
}

TEST(Hints, ShownOnlyInTheirStyle) {
  Diagnostics diagnostics;
  ParseExpression("It", "text", "'it''s'", &diagnostics);
  std::ostringstream plain;
  diagnostics.Print(plain);
  EXPECT_EQ(plain.str(),
            "File 'text', line 1, column 5:\n  'it''s'\n      ^\n"
            "Unexpected string 's'; expected '.' or the end of the text\n");
  std::ostringstream hinted;
  diagnostics.Print(hinted, {true, false});
  EXPECT_EQ(hinted.str(),
            "File 'text', line 1, column 5:\n  'it''s'\n      ^~~\n"
            "Unexpected string 's'; expected '.' or the end of the text\n"
            "hint: A quote within a String is written \\', not as two quotes.\n");
}

TEST(Excerpt, Underlines) {
  const DiagnosticStyle hints{true, false};
  EXPECT_EQ(Excerpt("  a foo", 3, 5, hints), "  a foo\n  ^~~~~\n");
  EXPECT_EQ(Excerpt("  a foo", 5, 3, {}), "  a foo\n    ^\n");
  EXPECT_EQ(Excerpt("a", 2, 1, hints), "  a\n   ^\n");
  EXPECT_EQ(Excerpt("ab", 1, 100, hints), "  ab\n  ^~\n");
  EXPECT_EQ(Excerpt("a\tb", 3, 1, hints), "  a\tb\n   \t^\n");
  EXPECT_EQ(Excerpt("", 0, 0, hints), "  \n  ^\n");
  EXPECT_EQ(Excerpt("ab", 1, 2, {true, true}), "  ab\n  \x1B[31m^~\x1B[0m\n");
}

TEST(Excerpt, CutsLongLines) {
  const std::string line(1000, 'x');
  const std::string text = Excerpt(line, 500, 400, {true, false});
  EXPECT_LT(text.size(), 400);
  EXPECT_THAT(text, HasSubstr("...xxx"));
}

// "LINE:COLUMN MESSAGE" of each warning of a class T with these members, with the hint behind " |
// ".
std::vector<std::string> WarningsOf(const std::string& members,
                                    const InheritedFields& inherited = {}) {
  Diagnostics diagnostics;
  const auto parsed = ParseClass("T.som", "T = (\n" + members + "\n)", &diagnostics);
  EXPECT_NE(parsed, nullptr) << members;
  Diagnostics warnings;
  FindWarnings(*parsed, inherited, &warnings);
  warnings.SortByPlace();
  std::vector<std::string> told;
  for (const Diagnostic& warning : warnings.entries()) {
    EXPECT_THAT(warning.message, testing::StartsWith("Warning: "));
    std::string text = std::to_string(warning.line) + ":" + std::to_string(warning.column) + " " +
                       warning.message.substr(sizeof("Warning: ") - 1);
    if (!warning.hint.empty()) text += " | " + warning.hint;
    told.push_back(std::move(text));
  }
  return told;
}

TEST(Warnings, ComparisonsWithoutEffect) {
  const std::string message = "this comparison has no effect";
  EXPECT_THAT(WarningsOf("m = ( | x | x := 1. x = 3. ^ x )"),
              ElementsAre("2:21 " + message + " | An assignment is written x := ..."));
  EXPECT_THAT(WarningsOf("m = ( [ :y | y = 1. y = 2 ] value: 1 ) ---- n = ( z = 4 )"),
              ElementsAre("2:14 " + message + " | An assignment is written y := ...",
                          "2:51 " + message + " | An assignment is written z := ..."));
  EXPECT_THAT(WarningsOf("m: x = ( x == 3. 3 = x. ^ x = 3 )"),
              ElementsAre("2:10 " + message, "2:18 " + message));
  EXPECT_THAT(WarningsOf("m: x = ( (x = 3) foo. ^ x = 3 )"), ElementsAre());
}

TEST(Warnings, StatementsWithoutEffect) {
  EXPECT_THAT(
      WarningsOf("m: x = ( x. 'text'. self. [ x foo ]. x foo )"),
      ElementsAre("2:10 this statement has no effect", "2:13 this statement has no effect",
                  "2:21 this statement has no effect", "2:27 this statement has no effect"));
  EXPECT_THAT(WarningsOf("m: x = ( x + 1. x foo )"),
              ElementsAre("2:10 this value is computed and not used"));
  EXPECT_THAT(WarningsOf("m: x = ( x , 1. x foo. ^ [ x. x + 1 ] )"),
              ElementsAre("2:28 this statement has no effect"));
}

TEST(Warnings, ValuesThatAreNotReturned) {
  const std::string hint = " | Write ^ in front of it if the method is to answer the value.";
  EXPECT_THAT(WarningsOf("m: x = ( x foo. x * 2 )"),
              ElementsAre("2:17 this value is computed and not returned" + hint));
  EXPECT_THAT(WarningsOf("m: x = ( x foo. x )"),
              ElementsAre("2:17 this value is not returned" + hint));
  EXPECT_THAT(WarningsOf("m: x = ( x foo. self )"), ElementsAre());
  EXPECT_THAT(WarningsOf("m: x = ( ^ x * 2 ) n = ( [ 3 ] value ) o: x = ( x foo ) p = primitive"),
              ElementsAre());
}

TEST(Warnings, UnreachableStatements) {
  EXPECT_THAT(WarningsOf("m: x = ( x ifTrue: [ ^ 1 ] ifFalse: [ ^ 2 ]. x foo. x bar )"),
              ElementsAre("2:46 this statement is never reached: both branches above it return"));
  EXPECT_THAT(WarningsOf("m: x = ( x ifTrue: [ ^ 1 ] ifFalse: [ 2 ]. x foo )"), ElementsAre());
  EXPECT_THAT(WarningsOf("m: x = ( x ifTrue: [ ^ 1 ]. x foo )"), ElementsAre());
  EXPECT_THAT(WarningsOf("m: x = ( [ true ] whileTrue: [ x foo ]. x bar )"),
              ElementsAre("2:41 this statement is never reached: the loop above it never ends"));
  EXPECT_THAT(WarningsOf("m: x = ( [ false ] whileFalse: [ x foo ]. x bar )"),
              ElementsAre("2:43 this statement is never reached: the loop above it never ends"));
  EXPECT_THAT(WarningsOf("m: x = ( [ true ] whileFalse: [ x foo ]. x bar )"), ElementsAre());
}

TEST(Warnings, VariablesThatNobodyNeeds) {
  EXPECT_THAT(
      WarningsOf("m = ( | a b c d | b := 1. c foo. d := 2. d foo )"),
      ElementsAre("2:9 'a' is never used", "2:11 'b' is assigned, and its value is never used",
                  "2:13 'c' is never assigned: it is always nil"));
  EXPECT_THAT(WarningsOf("m = ( ^ [ :x | | a | 1 ] )"), ElementsAre("2:18 'a' is never used"));
  // Variables are those of the innermost block that declares them.
  EXPECT_THAT(
      WarningsOf("m = ( | a | a := 1. [ | b | b := a. b foo ] value. [ | b | b := 1 ] value )"),
      ElementsAre("2:56 'b' is assigned, and its value is never used"));
  // Arguments come with the pattern, fields may be a subclass's.
  EXPECT_THAT(WarningsOf("| f | m: x = ( ^ 1 ) n = ( #(1) do: [ :each | 1 ] )"), ElementsAre());
}

TEST(Warnings, NamesThatHideOthers) {
  const std::string hint = " | Give one of them another name.";
  const std::string variable = " hides a variable of the same name around it" + hint;
  const std::string field = " hides the field of the same name" + hint;
  EXPECT_THAT(WarningsOf("m: x = ( ^ [ :x | x ] )"), ElementsAre("2:15 'x'" + variable));
  EXPECT_THAT(WarningsOf("m: x = ( ^ [ :y | [ :y | y + x ] ] )"),
              ElementsAre("2:22 'y'" + variable));
  EXPECT_THAT(WarningsOf("m = ( ^ [ :x | x ] foo: [ :x | x ] )"), ElementsAre());
  EXPECT_THAT(WarningsOf("| f | m: f = ( ^ f ) ---- n: f = ( ^ f )"),
              ElementsAre("2:10 'f'" + field));
  EXPECT_THAT(WarningsOf("m: f = ( ^ f ) ---- n: f = ( ^ f )", {{}, {"f"}}),
              ElementsAre("2:24 'f'" + field));
}

TEST(Warnings, DeepTrees) {
  std::string blocks = "1";
  for (int i = 0; i < 300; ++i) blocks = "[ :x | " + blocks + " ]";
  EXPECT_EQ(WarningsOf("m = ( ^ " + blocks + " )").size(), 299);
}

TEST(Warnings, SelectorsThatNobodyHas) {
  const auto parse = [](const std::string& name, const std::string& members) {
    Diagnostics diagnostics;
    return ParseClass(name + ".som", name + " = ( " + members + " )", &diagnostics);
  };
  const auto told = [&](const std::string& members, const KnownSelectors& known) {
    Diagnostics warnings;
    FindUnknownSelectors(*parse("T", members), known, &warnings);
    std::vector<std::string> texts;
    for (const Diagnostic& warning : warnings.entries())
      texts.push_back(warning.message + " | " + warning.hint);
    return texts;
  };
  KnownSelectors known;
  known.Add(
      parse("Object", "doesNotUnderstand: s arguments: a = ( ) println = ( ) at: i put: x = ( )")
          ->tree());
  known.Add(parse("U", "+ x = ( ) ---- make = ( )")->tree());
  EXPECT_THAT(told("m: x = ( U make println. x at: 1 put: 2 + 3 )", known), ElementsAre());
  EXPECT_THAT(told("m: x = ( x prinltn. [ x at: 1 putt: 2 ] - 3 )", known),
              ElementsAre("Warning: no class has a method #prinltn | Did you mean #println?",
                          "Warning: no class has a method #- | ",
                          "Warning: no class has a method #at:putt: | Did you mean #at:put:?"));
  EXPECT_THAT(told("m: x = ( x displayNl )", known),
              ElementsAre("Warning: no class has a method #displayNl | In SOM this is #println."));
  // A class that takes any message.
  known.Add(parse("Proxy", "doesNotUnderstand: s arguments: a = ( )")->tree());
  EXPECT_THAT(told("m = ( Proxy new anything )", known), ElementsAre());
  EXPECT_EQ(told("m = ( U new anything )", known).size(), 2);
}

}  // namespace
}  // namespace som
