// Lexer, parser, diagnostics: any text gives a tree or located errors, never neither or both.
#include <sstream>
#include <vector>

#include "compiler/compile.h"
#include "compiler/lexer.h"
#include "compiler/source.h"
#include "tests/fuzz/targets.h"
#include "vm/support/check.h"

namespace som::fuzz {

namespace {

void CheckTokens(std::string_view text) {
  const SourceFile source("input", std::string(text));
  const std::vector<Token> tokens = Tokenize(source);
  Check(!tokens.empty() && tokens.back().kind == TokenKind::kEnd, "no last token");
  uint32_t end = 0;
  for (const Token& token : tokens) {
    Check(token.begin >= end && token.end >= token.begin && token.end <= text.size(),
          "tokens that overlap or leave the text");
    end = token.end;
    DescribeToken(source, token);
    source.Locate(token.begin);
    if (token.kind == TokenKind::kString) {
      Diagnostics diagnostics;
      DecodeString(source, token, &diagnostics);
    }
  }
}

void CheckParsed(const ParsedClass* parsed, const Diagnostics& diagnostics) {
  Check((parsed == nullptr) == !diagnostics.empty(), "a tree and errors, or neither");
  for (const Diagnostic& diagnostic : diagnostics.entries())
    Check(diagnostic.line >= 1 && diagnostic.column >= 1, "an error without a place");
  std::ostringstream out;
  diagnostics.Print(out);
}

}  // namespace

void FuzzSyntax(std::string_view input) {
  CheckTokens(input);
  Diagnostics of_class;
  CheckParsed(ParseClass("input", std::string(input), &of_class, false).get(), of_class);
  Diagnostics of_expression;
  CheckParsed(ParseExpression("Expression", "input", std::string(input), &of_expression).get(),
              of_expression);
}

}  // namespace som::fuzz
