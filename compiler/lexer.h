// Source text to tokens, exactly by SOM's lexical rules. Does not know the grammar: whether `-` is
// a sign or a selector, and what a `#` applies to, is for the parser.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics.h"
#include "compiler/source.h"

namespace som {

enum class TokenKind : uint8_t {
#define SOM_TOKEN(name, description) k##name,
#include "compiler/token.def"
};

// Whether a token ends an operand, so that an identifier behind it is a message.
bool EndsOperand(TokenKind kind);

// A stretch [begin, end) of the source text, in bytes.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Reads a text token by token. Never fails: what is no token becomes kInvalid or
// kUnterminatedString, for the parser to report.
class Lexer {
 public:
  // `source` must outlive the lexer.
  explicit Lexer(const SourceFile& source);

  // The next token; at the end of the text kEnd, again and again.
  Token Next();
  // Goes on behind a token, or in front of one.
  void MoveTo(uint32_t offset) { position_ = offset; }
  // Once the end has been reached: where the comment begins that runs into it; the size of the text
  // when there is none.
  uint32_t open_comment() const { return open_comment_; }

 private:
  bool Is(size_t position, unsigned char_classes) const;
  bool IsChar(size_t position, char c) const { return text_[position] == c; }
  void SkipWhile(unsigned char_classes);
  void SkipBlanks();
  bool SkipBlanksAndComments();
  TokenKind Scan();
  TokenKind Single(TokenKind kind);
  TokenKind ScanWord();
  TokenKind ScanNumber();
  TokenKind ScanOperator();
  TokenKind ScanString();

  // It ends in a zero, which is of no class and no token: so the end need not be looked for in
  // front of each character.
  const char* text_;
  size_t size_;
  size_t position_ = 0;
  uint32_t open_comment_;
};

// All tokens of a text; the last one is kEnd.
std::vector<Token> Tokenize(const SourceFile& source);

std::string_view TextOf(const SourceFile& source, const Token& token);

// Whether an identifier is one of the five that the language keeps for itself: no variable can have
// that name.
bool IsReserved(std::string_view name);

// "identifier 'foo'", "')'", "end of file": what messages call a token. Long and unprintable texts
// are shortened.
std::string DescribeToken(const SourceFile& source, const Token& token);

// The value of a kString token: escapes replaced. Reports unknown escape sequences and malformed
// UTF-8 to `diagnostics`; the rest of the string is decoded all the same.
std::string DecodeString(const SourceFile& source, const Token& token, Diagnostics* diagnostics);

}  // namespace som
