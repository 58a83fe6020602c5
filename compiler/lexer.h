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

// A stretch [begin, end) of the source text, in bytes.
struct Token {
  TokenKind kind = TokenKind::kEnd;
  uint32_t begin = 0;
  uint32_t end = 0;
};

struct TokenStream {
  std::vector<Token> tokens;  // the last one is kEnd
  // Where the comment begins that runs into the end of the file; the size of the text when there is
  // none.
  uint32_t open_comment = 0;
};

// Never fails: what is no token becomes kInvalid or kUnterminatedString, for the parser to report.
TokenStream Tokenize(const SourceFile& source);

std::string_view TextOf(const SourceFile& source, const Token& token);

// "identifier 'foo'", "')'", "end of file": what messages call a token. Long and unprintable texts
// are shortened.
std::string DescribeToken(const SourceFile& source, const Token& token);

// The value of a kString token: escapes replaced. Reports unknown escape sequences and malformed
// UTF-8 to `diagnostics`; the rest of the string is decoded all the same.
std::string DecodeString(const SourceFile& source, const Token& token, Diagnostics* diagnostics);

}  // namespace som
