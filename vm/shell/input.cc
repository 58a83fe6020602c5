// See input.h.
#include "vm/shell/input.h"

#include <vector>

#include "compiler/lexer.h"
#include "compiler/source.h"

namespace som {

namespace {

constexpr std::string_view kBlanks = " \t\r\n\f\v";
constexpr std::string_view kOperators = "~&|*/\\+=><,@%-";
// The command whose argument may take several lines.
constexpr std::string_view kCommandOfExpression = ":time";

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

// The tokens of an input, and questions about them.
class Tokens {
 public:
  explicit Tokens(const std::string& text) : source_("", text), tokens_(Tokenize(source_)) {}

  bool Is(size_t i, TokenKind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  bool Is(size_t i, TokenKind kind, std::string_view text) const {
    return Is(i, kind) && Text(i) == text;
  }
  std::string_view Text(size_t i) const { return TextOf(source_, tokens_[i]); }

  // The index behind the pattern of a method that begins at `i`; `i` if there is none.
  size_t BehindPattern(size_t i) const {
    if (Is(i, TokenKind::kIdentifier)) return i + 1;
    if (Is(i, TokenKind::kOperator)) return Is(i + 1, TokenKind::kIdentifier) ? i + 2 : i;
    while (Is(i, TokenKind::kKeyword) && Is(i + 1, TokenKind::kIdentifier)) i += 2;
    return i;
  }

 private:
  SourceFile source_;
  std::vector<Token> tokens_;
};

}  // namespace

void InputScanner::Add(std::string_view line) {
  text_.append(line);
  text_ += '\n';
  for (const char c : line) Scan(c);
  Scan('\n');
}

void InputScanner::Scan(char c) {
  const bool is_blank = kBlanks.find(c) != std::string_view::npos;
  if (first_ == 0 && !is_blank && place_ == Place::kCode && c != '"') first_ = c;
  switch (place_) {
    case Place::kString:
      if (is_escaped_) {
        is_escaped_ = false;
      } else if (c == '\\') {
        is_escaped_ = true;
      } else if (c == '\'') {
        place_ = Place::kCode;
      }
      return;
    case Place::kComment:
      if (c == '"') place_ = Place::kCode;
      return;
    case Place::kCode:
      break;
  }
  if (is_blank || c == '"') {
    operator_goes_on_ = false;
    if (c == '"') place_ = Place::kComment;
    return;
  }
  if (kOperators.find(c) != std::string_view::npos) {
    if (!operator_goes_on_) operator_.clear();
    operator_ += c;
    operator_goes_on_ = true;
    return;
  }
  operator_.clear();
  operator_goes_on_ = false;
  if (c == '(' || c == '[') ++depth_;
  if (c == ')' || c == ']') --depth_;
  if (c == '\'') place_ = Place::kString;
}

bool InputScanner::IsComplete() const {
  if (first_ == ':') {
    const size_t begin = text_.find(':');
    if (text_.substr(begin, kCommandOfExpression.size()) != kCommandOfExpression) return true;
  }
  if (place_ != Place::kCode || depth_ > 0) return false;
  return operator_ != "=" || !IsCapital(first_);
}

InputSort SortInput(const std::string& text) {
  const Tokens tokens(text);
  if (tokens.Is(0, TokenKind::kEnd)) return {};
  if (tokens.Is(0, TokenKind::kColon)) return {InputKind::kCommand, "", ""};
  if (tokens.Is(0, TokenKind::kIdentifier, "quit") && tokens.Is(1, TokenKind::kEnd))
    return {InputKind::kQuit, "", ""};
  InputSort statements{InputKind::kStatements, "", ""};
  if (!tokens.Is(0, TokenKind::kIdentifier) || !IsCapital(tokens.Text(0).front()))
    return statements;
  const std::string name(tokens.Text(0));
  if (tokens.Is(1, TokenKind::kOperator, "=")) {
    const bool has_superclass = tokens.Is(2, TokenKind::kIdentifier);
    if (!tokens.Is(has_superclass ? 3 : 2, TokenKind::kOpenParenthesis)) return statements;
    return {InputKind::kClass, name, has_superclass ? std::string(tokens.Text(2)) : ""};
  }
  size_t next = tokens.Is(1, TokenKind::kIdentifier, "class") ? 2 : 1;
  if (!tokens.Is(next, TokenKind::kOperator, ">>")) return statements;
  ++next;
  const size_t behind = tokens.BehindPattern(next);
  if (behind == next || !tokens.Is(behind, TokenKind::kOperator, "=")) return statements;
  if (!tokens.Is(behind + 1, TokenKind::kOpenParenthesis) &&
      !tokens.Is(behind + 1, TokenKind::kIdentifier, "primitive")) {
    return statements;
  }
  return {InputKind::kMethod, name, ""};
}

}  // namespace som
