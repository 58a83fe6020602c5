// Primitives of String and Symbol: characters beyond ASCII, positions, searching, invalid bytes.
#include <array>
#include <chrono>

#include "tests/unit/primitive_fixture.h"

namespace som {
namespace {

class StringPrimitivesTest : public PrimitiveTest {
 protected:
  using PrimitiveTest::PrimitiveTest;
  std::string String(std::string_view selector, std::initializer_list<Value> values) {
    return Show(Call("String", selector, values));
  }
  std::string CharAt(std::string_view text, int64_t position) {
    return String("charAt:", {Text(text), Value::Int(position)});
  }
  std::string IndexOf(std::string_view text, std::string_view part, int64_t start) {
    return String("indexOf:startingAt:", {Text(text), Text(part), Value::Int(start)});
  }
};

TEST_F(StringPrimitivesTest, LengthCountsCodePoints) {
  EXPECT_EQ(String("length", {Text("")}), "0");
  EXPECT_EQ(String("length", {Text("❤")}), "1");
  EXPECT_EQ(String("length", {Text("aéí❤😀")}), "5");
  EXPECT_EQ(String("length", {Text(std::string_view("\0rest", 5))}), "5");
  EXPECT_EQ(String("length", {Text("\xff\xc3")}), "2");
}

TEST_F(StringPrimitivesTest, TextsHaveALimit) {
  EXPECT_TRUE(CanMakeString(vm_.heap(), 100));
  // The number that says that a text is in a buffer, and those from which words cannot be counted.
  EXPECT_FALSE(CanMakeString(vm_.heap(), UINT32_MAX));
  EXPECT_FALSE(CanMakeString(vm_.heap(), size_t{String::kMaxBytes} + 1));
}

TEST_F(StringPrimitivesTest, Concatenation) {
  EXPECT_EQ(String("concatenate:", {Text("foo"), Symbol("bar")}), "foobar");
  EXPECT_EQ(String("concatenate:", {Text(""), Text("")}), "");
  const Value joined = Call("String", "concatenate:", {Text("é"), Text("❤x")});
  EXPECT_EQ(Show(joined), "é❤x");
  EXPECT_EQ(As<som::String>(joined)->char_length, 3u);
  // Two halves of a character become one.
  const Value mended = Call("String", "concatenate:", {Text("\xc3"), Text("\xa9")});
  EXPECT_EQ(As<som::String>(mended)->char_length, 1u);
  EXPECT_THAT(ErrorOf("String", "concatenate:", {Text("a"), Value::Int(1)}),
              testing::EndsWith("Expected object of type 'String_' but got type 'Int'.\n"));
}

TEST_F(StringPrimitivesTest, EqualityAndHash) {
  EXPECT_EQ(String("=", {Text("foo"), Symbol("foo")}), "true");
  EXPECT_EQ(String("=", {Symbol("foo"), Text("foo")}), "true");
  EXPECT_EQ(String("=", {Text("foo"), Text("fop")}), "false");
  EXPECT_EQ(String("=", {Text("a"), Value::Int(0)}), "false");
  EXPECT_EQ(String("hashcode", {Text("foo")}), String("hashcode", {Symbol("foo")}));
  EXPECT_NE(String("hashcode", {Text("foo")}), String("hashcode", {Text("fop")}));
}

TEST_F(StringPrimitivesTest, OrderIsByCodePoints) {
  EXPECT_EQ(String("<", {Text("ab"), Text("abc")}), "true");
  EXPECT_EQ(String("<", {Text("z"), Text("é")}), "true");
  EXPECT_EQ(String(">", {Text("😀"), Text("\uffff")}), "true");
  EXPECT_EQ(String("<=", {Text("a"), Symbol("a")}), "true");
  EXPECT_EQ(String(">=", {Text(""), Text("a")}), "false");
}

TEST_F(StringPrimitivesTest, CharactersInAnyOrder) {
  constexpr std::string_view text = "aé❤😀z\xff!";
  const std::array<std::string_view, 7> characters = {"a", "é", "❤", "😀", "z", "\xff", "!"};
  const Value string = Text(text);
  for (int position : {1, 2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1, 7, 1, 4, 2, 6}) {
    EXPECT_EQ(String("charAt:", {string, Value::Int(position)}),
              characters[static_cast<size_t>(position - 1)]);
  }
}

TEST_F(StringPrimitivesTest, SubstringsAndTheirLimits) {
  const auto part = [this](std::string_view text, int64_t start, int64_t end) {
    return String("primSubstringFrom:to:", {Text(text), Value::Int(start), Value::Int(end)});
  };
  EXPECT_EQ(part("foobar", 1, 6), "foobar");
  EXPECT_EQ(part("foobar", 2, 4), "oob");
  EXPECT_EQ(part("foobar", 7, 6), "");
  EXPECT_EQ(part("", 1, 0), "");
  EXPECT_EQ(part("aé❤😀z", 2, 4), "é❤😀");
  const auto error = [this](int64_t start, int64_t end) {
    return ErrorOf("String",
                   "primSubstringFrom:to:", {Text("abc"), Value::Int(start), Value::Int(end)});
  };
  EXPECT_THAT(error(0, 1), testing::EndsWith("Index 0 not valid for array of length 3.\n"));
  EXPECT_THAT(error(1, 4), testing::EndsWith("Index 4 not valid for array of length 3.\n"));
  EXPECT_THAT(error(5, 4), testing::EndsWith("Index 5 not valid for array of length 3.\n"));
  EXPECT_NE(error(3, 1), "");
  EXPECT_NE(error(1, -1), "");
  EXPECT_NE(ErrorOf("String", "primSubstringFrom:to:", {Text("abc"), Text("a"), Value::Int(1)}),
            "");
}

TEST_F(StringPrimitivesTest, OneCharacterStringsAreShared) {
  EXPECT_EQ(Call("String", "charAt:", {Text("abc"), Value::Int(2)}),
            Call("String", "charAt:", {Text("b"), Value::Int(1)}));
}

TEST_F(StringPrimitivesTest, Searching) {
  EXPECT_EQ(IndexOf("foobar", "bar", 1), "4");
  EXPECT_EQ(IndexOf("foobar", "o", 3), "3");
  EXPECT_EQ(IndexOf("foobar", "o", 4), "-1");
  EXPECT_EQ(IndexOf("foobar", "f", -7), "1");
  EXPECT_EQ(IndexOf("é❤é❤", "❤", 1), "2");
  EXPECT_EQ(IndexOf("é❤é❤", "❤", 3), "4");
  EXPECT_EQ(IndexOf("é❤é❤", "é", 2), "3");
  EXPECT_EQ(IndexOf("abc", "", 4), "4");
  EXPECT_EQ(IndexOf("abc", "", 5), "-1");
  EXPECT_EQ(IndexOf("", "", 1), "1");
  EXPECT_EQ(IndexOf("ab", "abc", 1), "-1");
}

TEST_F(StringPrimitivesTest, KindsOfCharacters) {
  EXPECT_EQ(String("isLetters", {Text("aOoöéÉíä")}), "true");
  EXPECT_EQ(String("isLetters", {Text("æ")}), "true");
  EXPECT_EQ(String("isLetters", {Text("漢字")}), "true");
  EXPECT_EQ(String("isLetters", {Text("¾")}), "false");
  EXPECT_EQ(String("isLetters", {Text("a1")}), "false");
  EXPECT_EQ(String("isLetters", {Text("[")}), "false");
  EXPECT_EQ(String("isLetters", {Text("\xff")}), "false");
  EXPECT_EQ(String("isDigits", {Text("0123456789")}), "true");
  EXPECT_EQ(String("isDigits", {Text("0_1")}), "false");
  EXPECT_EQ(String("isDigits", {Text("٣")}), "false");
  EXPECT_EQ(String("isWhiteSpace", {Text(" \t\n\r\f")}), "true");
  EXPECT_EQ(String("isWhiteSpace", {Text("\u00a0\u3000")}), "true");
  EXPECT_EQ(String("isWhiteSpace", {Text(" a")}), "false");
  for (std::string_view selector : {"isLetters", "isDigits", "isWhiteSpace"}) {
    EXPECT_EQ(String(selector, {Text("")}), "false");
  }
}

TEST_F(StringPrimitivesTest, CaseMapping) {
  EXPECT_EQ(String("asUppercase", {Text("az éÿß λ 1")}), "AZ ÉŸß Λ 1");
  EXPECT_EQ(String("asLowercase", {Text("AZ ÉŸ ΛĀ")}), "az éÿ λā");
  EXPECT_EQ(String("asUppercase", {Text("\xff"
                                        "a")}),
            "\xff"
            "A");
}

TEST_F(StringPrimitivesTest, CodePoints) {
  for (int64_t c : {0x41, 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0xFFFF, 0x10000, 0x10FFFF}) {
    const Value string = CallOnClass("String", "fromCodePoint:", {Nil(), Value::Int(c)});
    ASSERT_TRUE(IsString(string));
    EXPECT_EQ(As<som::String>(string)->char_length, 1u);
    EXPECT_EQ(Call("String", "primCodePointAt:", {string, Value::Int(1)}), Value::Int(c));
  }
  for (int64_t c : {-1, 0xD800, 0xDFFF, 0x110000}) {
    EXPECT_THAT(
        ErrorOf("String", "fromCodePoint:", {Nil(), Value::Int(c)}, PrimitiveTable::Side::kClass),
        testing::EndsWith("Domain error.\n"));
  }
  EXPECT_NE(ErrorOf("String", "primCodePointAt:", {Text(""), Value::Int(1)}), "");
}

TEST_F(StringPrimitivesTest, SymbolsAreInterned) {
  EXPECT_EQ(Call("String", "asSymbol", {Text("foo")}), Symbol("foo"));
  EXPECT_EQ(Call("String", "asSymbol", {Symbol("foo")}), Symbol("foo"));
  const Value string = Call("Symbol", "asString", {Symbol("foo")});
  EXPECT_TRUE(IsKind(string, Kind::kString));
  EXPECT_EQ(Show(string), "foo");
}

// Quadratic algorithms would take minutes.
TEST_F(StringPrimitivesTest, LongTextsTakeLinearTime) {
  std::string text;
  for (int i = 0; i < 200000; ++i) text += "é";
  const Value string = Text(text);
  for (int64_t i = 1; i <= 200000; ++i) {
    ASSERT_EQ(Call("String", "primCodePointAt:", {string, Value::Int(i)}), Value::Int(0xE9));
  }
  const std::string haystack(1 << 20, 'a');
  EXPECT_EQ(IndexOf(haystack, std::string(1 << 19, 'a') + "b", 1), "-1");
}

class StressedStringPrimitivesTest : public StringPrimitivesTest {
 protected:
  StressedStringPrimitivesTest() : StringPrimitivesTest(StressOptions()) {}
};

TEST_F(StressedStringPrimitivesTest, StringsMayMoveAtEveryAllocation) {
  HandleScope scope(vm_.handles());
  Handle text(scope, MakeString(vm_.heap(), ""));
  for (int i = 0; i < 40; ++i) {
    text.set(Call("String", "concatenate:", {text.get(), Text(i % 2 == 0 ? "é" : "xy")}));
  }
  EXPECT_EQ(As<som::String>(text.get())->char_length, 60u);
  for (int64_t i = 1; i <= 58; i += 3) {
    const Value part =
        Call("String", "primSubstringFrom:to:", {text.get(), Value::Int(i), Value::Int(i + 2)});
    EXPECT_EQ(Show(part), "éxy");
  }
  EXPECT_EQ(Show(Call("String", "asUppercase", {text.get()})).substr(0, 8), "ÉXYÉXY");
}

}  // namespace
}  // namespace som
