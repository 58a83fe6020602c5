// What the compiler tells a debugger: where statements begin, and which variables a block sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "compiler/compile.h"

namespace som {
namespace {

using ::testing::ElementsAre;

constexpr char kText[] = R"(Example = (
  first: n = (
    | sum |
    sum := 0.
    1 to: n do: [:i | | square |
      square := i * i.
      sum := sum + square ].
    [ sum > 10 ] whileTrue: [
      sum := sum - 1 ].
    ^ [:x | | y |
        y := x + sum.
        y ]
  )
  nothing = ( )
  ----
  make = (
    ^ self new )
))";

class StatementsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Diagnostics diagnostics;
    parsed_ = ParseClass("Example.som", kText, &diagnostics);
    ASSERT_NE(parsed_, nullptr);
    options_.mark_statements = true;
  }

  MethodDescription Compile() { return CompileMethod(*parsed_, {}, options_, false, 0); }

  // The names that a block sees, with what is captured in parentheses.
  std::vector<std::string> NamesIn(uint32_t block) {
    std::vector<std::string> names;
    const VisibleVariables visible =
        FindVisibleVariables(*parsed_, {}, options_, false, 0, {}, block);
    names.reserve(visible.variables.size());
    for (const VisibleVariable& variable : visible.variables)
      names.push_back(variable.is_captured ? "(" + variable.name + ")" : variable.name);
    return names;
  }

  std::unique_ptr<ParsedClass> parsed_;
  CompileOptions options_;
};

std::vector<uint32_t> LinesOf(const CodeDescription& code) {
  std::vector<uint32_t> lines;
  lines.reserve(code.statements.size());
  for (const StatementStart& statement : code.statements) lines.push_back(statement.line);
  return lines;
}

TEST_F(StatementsTest, MarksStatementsOfInlinedBlocksInTheCodeAround) {
  const MethodDescription method = Compile();
  ASSERT_EQ(method.units.size(), 2U);
  EXPECT_THAT(LinesOf(method.units[0]), ElementsAre(4, 5, 6, 7, 8, 9, 8, 10));
  EXPECT_THAT(LinesOf(method.units[1]), ElementsAre(11, 12));
}

TEST_F(StatementsTest, MarksNothingUnlessAsked) {
  options_.mark_statements = false;
  EXPECT_TRUE(Compile().units[0].statements.empty());
}

TEST_F(StatementsTest, ListsLinesOfAllMethodsWithTheirSpans) {
  const std::vector<StatementLine> lines = StatementLines(*parsed_);
  std::vector<uint32_t> numbers;
  numbers.reserve(lines.size());
  for (const StatementLine& line : lines) numbers.push_back(line.line);
  EXPECT_THAT(numbers, ElementsAre(4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 17));
  EXPECT_EQ(lines.front().method_begin, 2U);
  EXPECT_EQ(lines.front().method_end, 13U);
  EXPECT_EQ(lines.back().method_begin, 16U);
}

TEST_F(StatementsTest, BlocksSeeTheirOwnVariablesFirst) {
  EXPECT_THAT(NamesIn(0), ElementsAre("n", "sum"));
  EXPECT_THAT(NamesIn(1), ElementsAre("i", "square", "n", "sum"));
  // The closure has captured nothing but what it uses.
  EXPECT_THAT(NamesIn(4), ElementsAre("x", "y", "(sum)"));
}

TEST_F(StatementsTest, RegionsNameTheBlockTheyCameFrom) {
  const MethodDescription method = Compile();
  std::vector<uint32_t> blocks;
  blocks.reserve(method.units[0].inlined_regions.size());
  for (const InlinedRegion& region : method.units[0].inlined_regions)
    blocks.push_back(region.block);
  EXPECT_THAT(blocks, ::testing::UnorderedElementsAre(1U, 2U, 3U));
  EXPECT_EQ(method.units[1].block, 4U);
}

TEST(ParseEvaluation, SeesArgumentsAndFieldsAndReportsOtherNames) {
  Diagnostics diagnostics;
  const std::unique_ptr<ParsedClass> parsed = ParseEvaluation(
      "expression", "a := field. a + 1", {"a", "b"}, {"field"}, {}, false, &diagnostics);
  ASSERT_NE(parsed, nullptr);
  EXPECT_TRUE(CheckClass(*parsed, {}, {}, &diagnostics));
  EXPECT_EQ(parsed->method(false, 0).argument_count, 2);

  const std::unique_ptr<ParsedClass> wrong =
      ParseEvaluation("expression", "zork := 1", {"a"}, {}, {}, true, &diagnostics);
  ASSERT_NE(wrong, nullptr);
  EXPECT_EQ(wrong->method_count(/*class_side=*/true), 1U);
  EXPECT_FALSE(CheckClass(*wrong, {}, {}, &diagnostics));
}

}  // namespace
}  // namespace som
