// What the parser stands on: the token it has come to and the one ahead, the errors for what it
// does not expect, and the limit of nesting. Knows no rule of the grammar.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/concat.h"
#include "compiler/diagnostics.h"
#include "compiler/hints.h"
#include "compiler/lexer.h"
#include "compiler/nesting.h"
#include "compiler/source.h"

namespace som {

// Where brackets are not closed, each method would contain all that follow: this bounds the work,
// and does without another stack for each.
inline constexpr uint32_t kMaxDamagedNesting = kShallowNesting;

class ParserTokens {
 protected:
  // `is_damaged`: the errors of the source are known, and none is reported.
  ParserTokens(const SourceFile& source, Diagnostics* diagnostics, bool is_damaged)
      : source_(source),
        diagnostics_(diagnostics),
        errors_before_(diagnostics->size()),
        lexer_(source),
        current_(lexer_.Next()),
        ahead_(lexer_.Next()),
        is_damaged_(is_damaged) {}

  // --- tokens ------------------------------------------------------------------------------------

  const Token& Current() const { return current_; }
  const Token& Ahead() const { return ahead_; }
  bool At(TokenKind kind) const { return Current().kind == kind; }
  bool AtOperator(std::string_view text) const {
    return At(TokenKind::kOperator) && Text() == text;
  }
  std::string_view Text() const { return TextOf(source_, Current()); }

  void Advance() {
    last_end_ = current_.end;
    if (At(TokenKind::kEnd)) return;
    current_ = ahead_;
    ahead_ = lexer_.Next();
    ++position_;
  }

  bool Accept(TokenKind kind) {
    if (!At(kind)) return false;
    Advance();
    return true;
  }

  // Whether the text ends within a comment, which is noticed at the end only.
  bool EndsInComment() const {
    return Current().kind == TokenKind::kEnd && lexer_.open_comment() < source_.text().size();
  }

  bool Expect(TokenKind kind, std::string_view expected) {
    return Accept(kind) || Unexpected(expected);
  }

  bool ExpectOperator(std::string_view text, std::string_view expected) {
    if (!AtOperator(text)) return Unexpected(expected);
    Advance();
    return true;
  }

  // --- errors ------------------------------------------------------------------------------------

  void Report(uint32_t offset, std::string message) {
    diagnostics_->Add(source_, offset, std::move(message));
  }

  // All tokens, of which only errors ask.
  const std::vector<Token>& AllTokens() {
    if (tokens_.empty()) tokens_ = Tokenize(source_);
    return tokens_;
  }

  // For the current token.
  std::string Hint() { return HintForUnexpected(source_, AllTokens(), position_); }

  // Reports the current token; always false.
  bool Unexpected(std::string_view expected) {
    if (is_damaged_) return false;  // reported before
    const Token& token = Current();
    if (token.kind == TokenKind::kUnterminatedString) {
      diagnostics_->Add(source_, token.begin, token.begin, "This string has no closing quote",
                        Hint());
      return false;
    }
    std::string found = DescribeToken(source_, token);
    uint32_t offset = token.begin;
    uint32_t end = token.end;
    if (token.kind == TokenKind::kEnd) {
      // The blank lines at the end of a file say nothing; what came last, or was left open, does.
      offset = last_end_;
      end = last_end_;
      if (lexer_.open_comment() < source_.text().size()) {
        offset = lexer_.open_comment();
        end = offset;
        diagnostics_->Add(source_, offset, offset,
                          Concat("Unexpected ", found, " inside this comment; expected ", expected),
                          "A comment goes on over the ends of lines to the next double quote.");
        return false;
      }
    }
    diagnostics_->Add(source_, offset, end, Concat("Unexpected ", found, "; expected ", expected),
                      Hint());
    return false;
  }

  void CheckAssignable(const Token& token, std::string_view verb) {
    const std::string_view name = TextOf(source_, token);
    if (IsReserved(name)) {
      Report(token.begin, Concat("'", name, "' cannot be ", verb));
    }
  }

  // Counts a level of nesting for as long as it lives.
  class Nesting {
   public:
    explicit Nesting(ParserTokens* parser, uint32_t levels = 1) : parser_(parser) {
      Deepen(levels);
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { parser_->nesting_ -= levels_; }

    void Deepen(uint32_t levels = 1) {
      levels_ += levels;
      parser_->nesting_ += levels;
      parser_->deepest_ = std::max(parser_->deepest_, parser_->nesting_);
    }
    void Rise() {
      --levels_;
      --parser_->nesting_;
    }

    // Reports and answers true when the limit is passed.
    bool TooDeep() const {
      if (parser_->nesting_ <= kMaxDamagedNesting) return false;
      if (parser_->nesting_ <= kMaxNesting && !parser_->is_damaged_) return false;
      parser_->Report(parser_->Current().begin,
                      Concat("Nested more than ", kMaxNesting, " levels deep"));
      return true;
    }

   private:
    ParserTokens* parser_;
    uint32_t levels_ = 0;
  };

  const SourceFile& source_;
  Diagnostics* diagnostics_;
  size_t errors_before_;
  Lexer lexer_;
  Token current_;
  Token ahead_;
  size_t position_ = 0;        // how many tokens were taken
  std::vector<Token> tokens_;  // see AllTokens()
  uint32_t last_end_ = 0;      // end of the last token taken
  uint32_t nesting_ = 0;
  uint32_t deepest_ = 0;  // of the method
  bool is_damaged_;
};

}  // namespace som
