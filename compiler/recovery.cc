// See recovery.h.
#include "compiler/recovery.h"

#include <string>

namespace som {

namespace {

// A pattern with more parts than this is not looked for after an error: keeps the search linear.
constexpr size_t kMaxRecoveredKeywords = 64;
// Behind a line that will do, so many are searched for a better one.
constexpr size_t kMaxLinesBehind = 1000;

class Recovery {
 public:
  Recovery(const SourceFile& source, const std::vector<Token>& tokens)
      : source_(source), tokens_(tokens) {}

  std::optional<size_t> Find(size_t start, size_t position) const {
    const uint32_t column = source_.Locate(tokens_[start].begin).column;
    int depth = 0;
    for (size_t i = start; i < tokens_.size(); ++i) {
      const bool behind_error = i >= position && i > start;
      switch (tokens_[i].kind) {
        case TokenKind::kOpenParenthesis:
        case TokenKind::kOpenBracket:
          ++depth;
          break;
        case TokenKind::kCloseBracket:
          --depth;
          break;
        case TokenKind::kCloseParenthesis:
          --depth;
          if (depth == 0 && i >= position && CanFollowMethod(i + 1)) return i + 1;
          break;
        case TokenKind::kSeparator:
          if (behind_error) return i;
          break;
        default:
          if (behind_error && StartsLine(i) && LooksLikeMethod(i) &&
              source_.Locate(tokens_[i].begin).column <= column) {
            return i;
          }
      }
    }
    return std::nullopt;
  }

  // A pattern, `=`, and the start of a body or `primitive`.
  bool LooksLikeMethod(size_t i) const {
    const auto is = [&](size_t at, TokenKind kind) {
      return at < tokens_.size() && tokens_[at].kind == kind;
    };
    if (is(i, TokenKind::kIdentifier)) {
      ++i;
    } else if (is(i, TokenKind::kOperator)) {
      if (!is(i + 1, TokenKind::kIdentifier)) return false;
      i += 2;
    } else {
      if (!is(i, TokenKind::kKeyword)) return false;
      const size_t limit = i + 2 * kMaxRecoveredKeywords;
      while (i < limit && is(i, TokenKind::kKeyword) && is(i + 1, TokenKind::kIdentifier)) i += 2;
    }
    if (!is(i, TokenKind::kOperator) || TextOf(source_, tokens_[i]) != "=") return false;
    return is(i + 1, TokenKind::kOpenParenthesis) ||
           (is(i + 1, TokenKind::kIdentifier) && TextOf(source_, tokens_[i + 1]) == "primitive");
  }

 private:
  bool CanFollowMethod(size_t i) const {
    const TokenKind kind = tokens_[i].kind;
    return kind == TokenKind::kSeparator || kind == TokenKind::kCloseParenthesis ||
           LooksLikeMethod(i);
  }

  bool StartsLine(size_t i) const {
    const std::string& text = source_.text();
    size_t at = tokens_[i].begin;
    while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t')) --at;
    return at == 0 || text[at - 1] == '\n';
  }

  const SourceFile& source_;
  const std::vector<Token>& tokens_;
};

// The tokens at the start of a line, as far as a method's pattern could go.
std::vector<Token> LineStart(const SourceFile& source, uint32_t offset) {
  std::vector<Token> tokens;
  Lexer lexer(source);
  lexer.MoveTo(offset);
  while (tokens.size() <= 2 * kMaxRecoveredKeywords + 1) {
    tokens.push_back(lexer.Next());
    const TokenKind kind = tokens.back().kind;
    if (kind != TokenKind::kIdentifier && kind != TokenKind::kKeyword &&
        kind != TokenKind::kOperator) {
      break;
    }
  }
  return tokens;
}

}  // namespace

std::optional<uint32_t> FindMethodLine(const SourceFile& source, uint32_t offset, uint32_t column) {
  constexpr std::string_view kIndentation = " \t";
  const std::string& text = source.text();
  std::optional<uint32_t> further_right;
  size_t lines_behind = 0;
  for (size_t line = text.find('\n', offset); line != std::string::npos;
       line = text.find('\n', line + 1)) {
    const size_t first = text.find_first_not_of(kIndentation, line + 1);
    if (first == std::string::npos) break;
    if (further_right.has_value() && ++lines_behind > kMaxLinesBehind) break;
    const auto begin = static_cast<uint32_t>(first);
    // What no method begins with need not be read: comments above all, which may be long.
    if (text[first] == '"' || text[first] == '\n') continue;
    const std::vector<Token> tokens = LineStart(source, begin);
    if (tokens.front().kind == TokenKind::kSeparator) return further_right.value_or(begin);
    if (!Recovery(source, tokens).LooksLikeMethod(0)) continue;
    if (source.Locate(begin).column <= column) return begin;
    if (!further_right.has_value()) further_right = begin;
  }
  return further_right;
}

std::optional<size_t> FindResumption(const SourceFile& source, const std::vector<Token>& tokens,
                                     size_t start, size_t position) {
  return Recovery(source, tokens).Find(start, position);
}

}  // namespace som
