// What formatting changes, and what it leaves alone.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/language_server_fixture.h"
#include "vm/language_server/formatting.h"

namespace som::lsp {
namespace {

class LanguageServerFormatting : public LanguageServerTest {
 protected:
  static std::string Apply(std::string_view text, const std::vector<TextChange>& changes) {
    std::string changed;
    uint32_t begin = 0;
    for (const TextChange& change : changes) {
      changed.append(text.substr(begin, change.span.begin - begin)).append(change.text);
      begin = change.span.end;
    }
    return changed.append(text.substr(begin));
  }

  std::string Formatted(const std::string& text, Indentation indentation = {}) {
    std::string once = Apply(text, Format(*Add("A", text).index, indentation));
    EXPECT_EQ(Apply(once, Format(*Add("A", once).index, indentation)), once);
    return once;
  }

  std::string FormattedLines(const std::string& text, uint32_t first, uint32_t last) {
    return Apply(text, Format(*Add("A", text).index, {}, first, last));
  }

  // Of a method with that body.
  std::string Body(const std::string& body) {
    const std::string formatted = Formatted("A = (\n    foo: x = ( " + body + " )\n)\n");
    constexpr std::string_view kHead = "A = (\n    foo: x = ( ";
    EXPECT_TRUE(formatted.starts_with(kHead)) << formatted;
    return formatted.substr(kHead.size(), formatted.rfind(" )\n)\n") - kHead.size());
  }
};

TEST_F(LanguageServerFormatting, IndentsByNesting) {
  EXPECT_EQ(Formatted("A = (\n"
                      "| a |\n"
                      "   \"One.\"\n"
                      " foo = (\n"
                      "| x |\n"
                      "  x := 3.\n"
                      "x do: [:each |\n"
                      "each foo.\n"
                      "      \"Two.\"\n"
                      "each bar ].\n"
                      "^ x\n"
                      " )\n"
                      "bar = primitive\n"
                      "+ x = ( ^ x )\n"
                      "----\n"
                      "| b |\n"
                      "    )"),
            "A = (\n"
            "    | a |\n"
            "    \"One.\"\n"
            "    foo = (\n"
            "        | x |\n"
            "        x := 3.\n"
            "        x do: [:each |\n"
            "            each foo.\n"
            "            \"Two.\"\n"
            "            each bar ].\n"
            "        ^ x\n"
            "    )\n"
            "    bar = primitive\n"
            "    + x = ( ^ x )\n"
            "    ----\n"
            "    | b |\n"
            ")\n");
}

TEST_F(LanguageServerFormatting, LinesOfAStatementMoveTogether) {
  EXPECT_EQ(Formatted("A = (\n"
                      "  foo: x = (\n"
                      "    x foo\n"
                      "        ifTrue: [ 1 ]\n"
                      "        ifFalse: [\n"
                      "            2.\n"
                      "        ].\n"
                      "    (x\n"
                      "      and: [ x ]) foo.\n"
                      "    x foo: #(1\n"
                      "             2).\n"
                      "    [ x foo.\n"
                      "      x bar ] value.\n"
                      "    x foo\n"
                      "  bar\n"
                      "  )\n"
                      ")\n"),
            "A = (\n"
            "    foo: x = (\n"
            "        x foo\n"
            "            ifTrue: [ 1 ]\n"
            "            ifFalse: [\n"
            "                2.\n"
            "            ].\n"
            "        (x\n"
            "          and: [ x ]) foo.\n"
            "        x foo: #(1\n"
            "                 2).\n"
            "        [ x foo.\n"
            "          x bar ] value.\n"
            "        x foo\n"
            "            bar\n"
            "    )\n"
            ")\n");
}

TEST_F(LanguageServerFormatting, BlocksOfALongStatementBelongToItsFirstLineOrTheirOwn) {
  const std::string of_first =
      "A = (\n    foo: x = (\n        (x\n            and: [ x ]) ifTrue: [\n"
      "            ^ 1 ]\n    )\n)\n";
  const std::string of_their_own =
      "A = (\n    foo: x = (\n        (x\n            and: [ x ]) ifTrue: [\n"
      "                ^ 1 ]\n    )\n)\n";
  EXPECT_EQ(Formatted(of_first), of_first);
  EXPECT_EQ(Formatted(of_their_own), of_their_own);
}

TEST_F(LanguageServerFormatting, BlanksAroundOperators) {
  EXPECT_EQ(Body("x :=3+x .x foo:x+1."), "x := 3 + x. x foo: x + 1.");
  EXPECT_EQ(Body("|y|y :=[:a|a<=x]"), "| y | y := [:a | a <= x]");
  EXPECT_EQ(Body("[ : a :b|a]"), "[ :a :b | a]");
  // Aligned by hand.
  EXPECT_EQ(Body("x   :=   3"), "x   :=   3");
  EXPECT_EQ(Body("(x foo)  , (x bar),x"), "(x foo)  , (x bar),x");
  // Inside brackets either way.
  EXPECT_EQ(Body("[^(x)] value. [ ^ ( x ) ] value"), "[^(x)] value. [ ^ ( x ) ] value");
}

TEST_F(LanguageServerFormatting, SignsStayWithTheirNumbers) {
  EXPECT_EQ(Body("x foo:-1. ^ -1-1- -1"), "x foo: -1. ^ -1 - 1 - -1");
  EXPECT_EQ(Body("^ #(1 -1  2 foo:bar + -3)"), "^ #(1 -1  2 foo:bar + -3)");
}

TEST_F(LanguageServerFormatting, SymbolsStayWhole) {
  EXPECT_EQ(Body("x foo:#at:put: bar:#+"), "x foo: #at:put: bar: #+");
  EXPECT_EQ(Body("^ #foo=#-"), "^ #foo = #-");
  EXPECT_EQ(Body("^ #foo:=#bar:"), "^ #foo: = #bar:");
}

TEST_F(LanguageServerFormatting, CommentsAndTextsStay) {
  EXPECT_EQ(Formatted("  \"One,\n    and two.\n\n  Three.\"\nA = (\nfoo = ( ^ 'a  :=\n b' )\n)"),
            "\"One,\n  and two.\n\nThree.\"\nA = (\n    foo = ( ^ 'a  :=\n b' )\n)\n");
  EXPECT_EQ(Body("x\"y\"foo   \"z\"  . x"), "x\"y\"foo   \"z\"  . x");
}

TEST_F(LanguageServerFormatting, EmptyLinesAndLineEnds) {
  EXPECT_EQ(Formatted("\n\nA = (\n\n\n\n\n    foo = ( )   \n\t\n    bar = ( )\n)\n\n\n"),
            "A = (\n\n\n    foo = ( )\n\n    bar = ( )\n)\n");
  EXPECT_EQ(Formatted("A = (\r\nfoo = ( )  \r\n)"), "A = (\r\n    foo = ( )\r\n)\r\n");
  EXPECT_EQ(Formatted("\xEF\xBB\xBF A = ( )"),
            "\xEF\xBB\xBF"
            "A = ( )\n");
}

TEST_F(LanguageServerFormatting, WidthAndTabs) {
  const std::string text = "A = (\n    foo = (\n        ^ 3\n            bar\n    )\n)\n";
  EXPECT_EQ(Formatted(text, {2, false}), "A = (\n  foo = (\n    ^ 3\n        bar\n  )\n)\n");
  EXPECT_EQ(Formatted(text, {4, true}), "A = (\n\tfoo = (\n\t\t^ 3\n\t\t\tbar\n\t)\n)\n");
  EXPECT_EQ(Formatted("A = (\n\tfoo = (\n\t\t^ 3 )\n)\n"),
            "A = (\n    foo = (\n        ^ 3 )\n)\n");
}

TEST_F(LanguageServerFormatting, LinesOfARangeFitTheOthers) {
  EXPECT_EQ(FormattedLines("A = (\n  foo = (\n    x :=1.\n  x :=2.\n    x :=3\n  )\n)\n", 3, 3),
            "A = (\n  foo = (\n    x :=1.\n      x := 2.\n    x :=3\n  )\n)\n");
}

TEST_F(LanguageServerFormatting, FilesWithErrorsStay) {
  EXPECT_TRUE(Format(*Add("A", "A = (\nfoo = ( ^ ( )\n").index, {}).empty());
  EXPECT_TRUE(Format(*Add("A", "").index, {}).empty());
}

TEST_F(LanguageServerFormatting, WhatIsBehindTheClassStays) {
  EXPECT_EQ(Formatted("A = (\nfoo = ( )\n)\n\n\n\n   it's [ \" 3"),
            "A = (\n    foo = ( )\n)\n\n\n\n   it's [ \" 3");
}

}  // namespace
}  // namespace som::lsp
