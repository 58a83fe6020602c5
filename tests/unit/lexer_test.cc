#include "compiler/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace som {
namespace {

using ::testing::ElementsAre;

std::vector<TokenKind> Kinds(std::string text) {
  const SourceFile source("Test.som", std::move(text));
  std::vector<TokenKind> kinds;
  for (const Token& token : Tokenize(source)) kinds.push_back(token.kind);
  EXPECT_EQ(kinds.back(), TokenKind::kEnd);
  kinds.pop_back();
  return kinds;
}

std::vector<std::string> Texts(std::string text) {
  const SourceFile source("Test.som", std::move(text));
  std::vector<std::string> texts;
  for (const Token& token : Tokenize(source)) texts.emplace_back(TextOf(source, token));
  texts.pop_back();
  return texts;
}

std::string Decode(std::string text, Diagnostics* diagnostics) {
  const SourceFile source("Test.som", std::move(text));
  return DecodeString(source, Tokenize(source)[0], diagnostics);
}

std::string Decode(std::string text) {
  Diagnostics diagnostics;
  std::string value = Decode(std::move(text), &diagnostics);
  EXPECT_TRUE(diagnostics.empty()) << diagnostics.entries()[0].message;
  return value;
}

TEST(Lexer, EmptyText) {
  EXPECT_THAT(Kinds(""), ElementsAre());
  EXPECT_THAT(Kinds(" \t\r\n\f\v"), ElementsAre());
}

TEST(Lexer, Words) {
  EXPECT_THAT(Texts("foo b_4r at:put: x:=3 a := b"),
              ElementsAre("foo", "b_4r", "at:", "put:", "x:", "=", "3", "a", ":=", "b"));
  EXPECT_THAT(Kinds("foo at:"), ElementsAre(TokenKind::kIdentifier, TokenKind::kKeyword));
}

TEST(Lexer, KeywordEndsAtItsFirstColon) {
  EXPECT_THAT(Texts("at:x glued:1"), ElementsAre("at:", "x", "glued:", "1"));
}

TEST(Lexer, WordsThatStartLikePrimitive) {
  EXPECT_THAT(Texts("primitives primitive2 primitive_x primitive: primitive"),
              ElementsAre("primitives", "primitive2", "primitive_x", "primitive:", "primitive"));
}

TEST(Lexer, OperatorsAreTheLongestRun) {
  EXPECT_THAT(Texts("3>-1 a||b --> <=> x:= -1 \\ ~&|*/\\+=><,@%-"),
              ElementsAre("3", ">-", "1", "a", "||", "b", "-->", "<=>", "x:", "=", "-", "1", "\\",
                          "~&|*/\\+=><,@%-"));
}

TEST(Lexer, FourDashesSeparate) {
  EXPECT_THAT(Kinds("-"), ElementsAre(TokenKind::kOperator));
  EXPECT_THAT(Kinds("---"), ElementsAre(TokenKind::kOperator));
  EXPECT_THAT(Kinds("----"), ElementsAre(TokenKind::kSeparator));
  EXPECT_THAT(Kinds("------------"), ElementsAre(TokenKind::kSeparator));
  EXPECT_THAT(Texts("-----+"), ElementsAre("-----", "+"));
  EXPECT_THAT(Kinds("+----"), ElementsAre(TokenKind::kOperator));
}

TEST(Lexer, Numbers) {
  EXPECT_THAT(Texts("12 3.25 1.5e3 3.foo 3. 007"),
              ElementsAre("12", "3.25", "1.5", "e3", "3", ".", "foo", "3", ".", "007"));
  EXPECT_THAT(Kinds("1 1.5"), ElementsAre(TokenKind::kInteger, TokenKind::kDouble));
}

TEST(Lexer, Comments) {
  EXPECT_THAT(Texts("a \"it's 'quoted'\n over lines\" b"), ElementsAre("a", "b"));
  const SourceFile source("Test.som", "a \"open");
  Lexer lexer(source);
  EXPECT_EQ(lexer.Next().kind, TokenKind::kIdentifier);
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEnd);
  EXPECT_EQ(lexer.Next().kind, TokenKind::kEnd);
  EXPECT_EQ(lexer.open_comment(), 2U);
}

TEST(Lexer, GoesOnWhereItIsToldTo) {
  const SourceFile source("Test.som", "a b c");
  Lexer lexer(source);
  for (int i = 0; i < 4; ++i) lexer.Next();
  lexer.MoveTo(2);
  EXPECT_EQ(TextOf(source, lexer.Next()), "b");
  lexer.MoveTo(1);
  EXPECT_EQ(TextOf(source, lexer.Next()), "b");
  EXPECT_EQ(TextOf(source, lexer.Next()), "c");
}

TEST(Lexer, AZeroIsACharacterLikeOthers) {
  const SourceFile source("Test.som", std::string("a\0b \0", 5));
  std::vector<std::string> texts;
  for (const Token& token : Tokenize(source)) texts.emplace_back(TextOf(source, token));
  EXPECT_THAT(texts, ElementsAre("a", std::string(1, '\0'), "b", std::string(1, '\0'), ""));
}

TEST(Lexer, Strings) {
  EXPECT_EQ(Decode("'a b'"), "a b");
  EXPECT_EQ(Decode("''"), "");
  EXPECT_EQ(Decode("'a\n\"b'"), "a\n\"b");
  EXPECT_EQ(Decode(R"('\t\b\n\r\f\'\\')"), "\t\b\n\r\f'\\");
  EXPECT_EQ(Decode(R"('\0rest')"), std::string("\0rest", 5));
  EXPECT_EQ(Decode("'h\xC3\xA9'"), "h\xC3\xA9");
}

TEST(Lexer, UnknownEscapePointsAtItself) {
  Diagnostics diagnostics;
  Decode(R"('x\a\n\q')", &diagnostics);
  ASSERT_EQ(diagnostics.size(), 2U);
  EXPECT_EQ(diagnostics.entries()[0].message, "Unknown escape sequence '\\a'");
  EXPECT_EQ(diagnostics.entries()[0].column, 3U);
  EXPECT_EQ(diagnostics.entries()[1].message, "Unknown escape sequence '\\q'");
  EXPECT_EQ(diagnostics.entries()[1].column, 7U);
}

TEST(Lexer, MalformedUtf8InAString) {
  for (const char* text :
       {"'\xFF'", "'\xC3'", "'\xED\xA0\x80'", "'\xC0\x80'", "'\xF5\x80\x80\x80'", "'a\\\xFF'"}) {
    Diagnostics diagnostics;
    Decode(text, &diagnostics);
    EXPECT_FALSE(diagnostics.empty()) << text;
  }
}

TEST(Lexer, UnterminatedString) {
  EXPECT_THAT(Kinds("a 'open"),
              ElementsAre(TokenKind::kIdentifier, TokenKind::kUnterminatedString));
  EXPECT_THAT(Kinds("'open\\'"), ElementsAre(TokenKind::kUnterminatedString));
  EXPECT_THAT(Kinds("'open\\"), ElementsAre(TokenKind::kUnterminatedString));
}

TEST(Lexer, InvalidCharactersAreTokensOfTheirOwn) {
  EXPECT_THAT(Texts("a;b"), ElementsAre("a", ";", "b"));
  EXPECT_THAT(Kinds(std::string("\0", 1)), ElementsAre(TokenKind::kInvalid));
  EXPECT_THAT(Kinds("_x"), ElementsAre(TokenKind::kInvalid, TokenKind::kIdentifier));
  EXPECT_THAT(Texts("\xC3\xA9"), ElementsAre("\xC3\xA9"));
  EXPECT_THAT(Kinds("\xFF\xFF"), ElementsAre(TokenKind::kInvalid, TokenKind::kInvalid));
}

TEST(Lexer, ByteOrderMarkIsSkipped) {
  EXPECT_THAT(Texts("\xEF\xBB\xBF"
                    "a"),
              ElementsAre("a"));
}

TEST(Lexer, DescriptionsAreShortAndPrintable) {
  const SourceFile source("Test.som", std::string(1000, 'x') + " \x01 ( 'a'");
  const std::vector<Token> tokens = Tokenize(source);
  const std::string word = DescribeToken(source, tokens[0]);
  EXPECT_EQ(word, "identifier '" + std::string(40, 'x') + "...'");
  EXPECT_EQ(DescribeToken(source, tokens[1]), "character '\\x01'");
  EXPECT_EQ(DescribeToken(source, tokens[2]), "'('");
  EXPECT_EQ(DescribeToken(source, tokens[3]), "string 'a'");
  EXPECT_EQ(DescribeToken(source, tokens[4]), "end of file");
}

TEST(Source, LocatesInCodePoints) {
  const SourceFile source("Test.som", "a\n\xC3\xA9\xC3\xA9x\r\nlast");
  EXPECT_EQ(source.Locate(0).line, 1U);
  EXPECT_EQ(source.Locate(6).line, 2U);
  EXPECT_EQ(source.Locate(6).column, 3U);
  EXPECT_EQ(source.Line(2), "\xC3\xA9\xC3\xA9x");
  EXPECT_EQ(source.Line(3), "last");
  EXPECT_EQ(source.Line(0), "");
  EXPECT_EQ(source.Line(4), "");
  EXPECT_EQ(source.Locate(1000).line, 3U);
  EXPECT_EQ(source.Locate(1000).column, 5U);
}

}  // namespace
}  // namespace som
