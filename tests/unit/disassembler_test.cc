#include "compiler/disassembler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/unit/compiler_test_util.h"

namespace som {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Disassembler, NamesOperands) {
  const CompiledClass compiled = CompileMembers(
      "| field |\nm: x = ( | y |\n  y := x + 70000.\n  field := #foo.\n"
      "  [ y := field ] value.\n  ^ Bar baz: 'q' )");
  const std::string text = Disassemble(*compiled.description);
  EXPECT_THAT(text, HasSubstr("Test>>#m: (line 3)"));
  EXPECT_THAT(text, HasSubstr("arguments x; locals y; stack 2"));
  EXPECT_THAT(text, HasSubstr("PushSlot           x\n"));
  EXPECT_THAT(text, HasSubstr("PushLiteral        70000\n"));
  EXPECT_THAT(text, HasSubstr("PopContext         y (1 in context 0 up)\n"));
  EXPECT_THAT(text, HasSubstr("PushLiteral        #foo\n"));
  EXPECT_THAT(text, HasSubstr("PopField           field\n"));
  EXPECT_THAT(text, HasSubstr("PushBlock          block 1\n"));
  EXPECT_THAT(text, HasSubstr("PushGlobal         Bar\n"));
  EXPECT_THAT(text, HasSubstr("Send               #baz:\n"));
  EXPECT_THAT(text, HasSubstr("  block 1 of Test>>#m: (line 6)\n    stack 1; outer context\n"));
}

TEST(Disassembler, InheritedFieldsHaveNames) {
  Diagnostics diagnostics;
  const auto parsed = ParseClass("T.som", "T = ( | own | m = ( own := outer ) )", &diagnostics);
  const auto description = CompileClass(*parsed, {{"outer"}, {}}, {}, &diagnostics);
  const std::string text = Disassemble(*description);
  EXPECT_THAT(text, HasSubstr("PushField          outer"));
  EXPECT_THAT(text, HasSubstr("PopField           own"));
}

TEST(Disassembler, LinesAreShownWhereTheyChange) {
  const CompiledClass compiled = CompileMembers("m = (\n  self a.\n  self b. self c )");
  const std::string text = Disassemble(*compiled.description);
  EXPECT_THAT(text, HasSubstr("     3      0  PushSelf\n            1  Send"));
  EXPECT_THAT(text, HasSubstr("     4      5  PushSelf"));
}

TEST(Disassembler, InlinedRegionsAndTargets) {
  const CompiledClass compiled = CompileMembers("m: x = ( x ifTrue: [ 3 foo ]. ^ x )");
  EXPECT_THAT(Disassemble(*compiled.description),
              HasSubstr("            2  JumpIfFalse        -> 13 (ifTrue:)\n"
                        "               inlined ifTrue:\n"
                        "            7  | PushInt            3\n"
                        "            9  | Send               #foo\n"
                        "           12  | Pop\n"
                        "       >   13  PushSlot           x\n"));
}

TEST(Disassembler, RegionsThatBeginAndEndTogetherNest) {
  const CompiledClass compiled =
      CompileMembers("m: x = ( x ifTrue: [ [ true ] whileTrue: [ x foo ] ] )");
  EXPECT_THAT(Disassemble(*compiled.description),
              HasSubstr("               inlined ifTrue:\n"
                        "               | inlined whileTrue:\n"
                        "       >    7  | | PushSlot           x\n"));
}

TEST(Disassembler, BothSidesAndPrimitives) {
  const CompiledClass compiled = CompileMembers("p = primitive\n----\nnew = ( )");
  const std::string text = Disassemble(*compiled.description);
  EXPECT_THAT(text, HasSubstr("Test = Object\n"));
  EXPECT_THAT(text, HasSubstr("Test>>#p (line 2): primitive\n"));
  EXPECT_THAT(text, HasSubstr("Test class>>#new (line 4)\n"));
}

TEST(Disassembler, LiveCodeAndAnnotations) {
  const CompiledClass compiled = CompileMembers("m = ( ^ [ 1 ] )");
  const MethodDescription& method = compiled.Method("m");
  std::vector<uint16_t> changed = method.units[1].code;
  changed[1] = 5;
  LiveListing live;
  live.code = [&](uint32_t unit) {
    return absl::Span<const uint16_t>(unit == 1 ? changed : method.units[unit].code);
  };
  live.annotation = [](uint32_t unit, uint32_t offset) {
    return unit == 1 && offset == 0 ? "12 times" : "";
  };
  const std::string text = DisassembleMethod(method, "Test", {}, live);
  EXPECT_THAT(text, HasSubstr("PushInt            5"));
  EXPECT_THAT(text, HasSubstr("; 12 times\n"));
  EXPECT_THAT(DisassembleMethod(method, "Test", {}), Not(HasSubstr("times")));
}

TEST(Disassembler, LiteralsReadBackAsWritten) {
  EXPECT_EQ(LiteralSource({int64_t{-5}}), "-5");
  EXPECT_EQ(LiteralSource({BigIntegerText{"123456789012345678901"}}), "123456789012345678901");
  EXPECT_EQ(LiteralSource({0.1}), "0.1");
  EXPECT_EQ(LiteralSource({-0.0}), "-0.0");
  EXPECT_EQ(LiteralSource({1e22}), "10000000000000000000000.0");
  EXPECT_EQ(LiteralSource({std::numeric_limits<double>::infinity()}), "infinity");
  EXPECT_EQ(LiteralSource({StringText{std::string("a\n\t\0'\\", 6)}}), "'a\\n\\t\\0\\'\\\\'");
  EXPECT_EQ(LiteralSource({SymbolText{"at:put:"}}), "#at:put:");
  EXPECT_EQ(LiteralSource({SymbolText{"+-"}}), "#+-");
  EXPECT_EQ(LiteralSource({SymbolText{"two words"}}), "#'two words'");
  EXPECT_EQ(LiteralSource({SymbolText{""}}), "#''");
}

TEST(Disassembler, LongLiteralsAreCut) {
  const CompiledClass compiled = CompileMembers("m = ( ^ '" + std::string(500, 'x') + "' )");
  const std::string text = Disassemble(*compiled.description);
  EXPECT_THAT(text, HasSubstr("xxx...\n"));
  EXPECT_THAT(text, Not(HasSubstr(std::string(100, 'x'))));
}

}  // namespace
}  // namespace som
