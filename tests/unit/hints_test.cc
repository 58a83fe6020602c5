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

TEST(Warnings, ComparisonsWithoutEffect) {
  const auto warnings_of = [](const std::string& members) {
    Diagnostics diagnostics;
    const auto parsed = ParseClass("T.som", "T = ( " + members + " )", &diagnostics);
    Diagnostics warnings;
    FindWarnings(*parsed, &warnings);
    std::vector<std::string> hints;
    for (const Diagnostic& warning : warnings.entries()) hints.push_back(warning.hint);
    return hints;
  };
  EXPECT_THAT(warnings_of("m = ( | x | x = 3. ^ x )"),
              ElementsAre("An assignment is written x := ..."));
  EXPECT_THAT(
      warnings_of("m = ( [ :y | y = 1. y = 2 ] value: 1 ) ---- n = ( z = 4 )"),
      ElementsAre("An assignment is written y := ...", "An assignment is written z := ..."));
  EXPECT_THAT(warnings_of("m = ( ^ x = 3 ) n = ( x == 3. (x = 3) foo. 3 = x )"), ElementsAre());
}

}  // namespace
}  // namespace som
