// See token_scopes.h.
#include "vm/language_server/token_scopes.h"

#include <limits>
#include <utility>

namespace som::lsp {

namespace {

// Where scopes end that are not closed, and that of the method.
constexpr uint32_t kEndOfText = std::numeric_limits<uint32_t>::max();

class Scanner {
 public:
  Scanner(const SourceFile& source, absl::Span<const Token> tokens)
      : source_(source), tokens_(tokens) {}

  TokenScopes Run() {
    if (tokens_.empty()) return {};
    OpenScope(0);
    size_t i = ScanPattern();
    while (i < tokens_.size()) i = ScanToken(i);
    while (!scopes_.empty()) CloseScope(kEndOfText);
    return std::move(result_);
  }

 private:
  bool Is(size_t i, TokenKind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  bool IsBar(size_t i) const { return IsOperator(i, "|"); }
  bool IsOperator(size_t i, std::string_view text) const {
    return Is(i, TokenKind::kOperator) && TextOf(source_, tokens_[i]) == text;
  }

  void OpenScope(size_t i) { scopes_.push_back({result_.names.size(), tokens_[i].begin}); }

  // The names of the innermost scope end here.
  void CloseScope(uint32_t end) {
    for (size_t i = scopes_.back().first_name; i < result_.names.size(); ++i) {
      Span& scope = result_.names[i].scope;
      if (scope.end == 0) scope = {scopes_.back().begin, end};
    }
    scopes_.pop_back();
  }

  void Declare(size_t i, VariableKind kind) {
    result_.names.push_back(
        {TextOf(source_, tokens_[i]), {tokens_[i].begin, tokens_[i].end}, kind, {}});
  }

  // The number of the token behind the `=` of the pattern, and behind the parenthesis there.
  size_t ScanPattern() {
    size_t i = 0;
    if (Is(0, TokenKind::kIdentifier)) {
      i = 1;
    } else {
      while (Is(i, TokenKind::kKeyword) || (i == 0 && Is(i, TokenKind::kOperator))) {
        ++i;
        if (Is(i, TokenKind::kIdentifier)) Declare(i++, VariableKind::kArgument);
      }
    }
    if (IsOperator(i, "=")) ++i;
    if (Is(i, TokenKind::kOpenParenthesis)) ++i;
    return ScanLocals(i);
  }

  // | name* |, if it stands there.
  size_t ScanLocals(size_t i) {
    if (!IsBar(i)) return i;
    ++i;
    while (Is(i, TokenKind::kIdentifier) && !Is(i + 1, TokenKind::kAssign))
      Declare(i++, VariableKind::kLocal);
    return IsBar(i) ? i + 1 : i;
  }

  size_t ScanToken(size_t i) {
    switch (tokens_[i].kind) {
      case TokenKind::kOpenBracket:
        return ScanBlockHead(i);
      case TokenKind::kCloseBracket:
        if (scopes_.size() > 1) CloseScope(tokens_[i].end);
        return i + 1;
      case TokenKind::kPound:
        return SkipLiteral(i + 1);
      case TokenKind::kIdentifier:
        NoteUse(i);
        return i + 1;
      default:
        return i + 1;
    }
  }

  size_t ScanBlockHead(size_t i) {
    OpenScope(i);
    ++i;
    bool has_parameters = false;
    while (Is(i, TokenKind::kColon)) {
      ++i;
      if (Is(i, TokenKind::kIdentifier)) Declare(i++, VariableKind::kArgument);
      has_parameters = true;
    }
    if (has_parameters && IsBar(i)) ++i;
    return ScanLocals(i);
  }

  size_t SkipLiteral(size_t i) const {
    if (!Is(i, TokenKind::kOpenParenthesis)) {
      while ((Is(i, TokenKind::kKeyword) && Is(i + 1, TokenKind::kKeyword)) &&
             tokens_[i].end == tokens_[i + 1].begin) {
        ++i;
      }
      return i + 1;
    }
    size_t depth = 0;
    for (; i < tokens_.size(); ++i) {
      if (Is(i, TokenKind::kOpenParenthesis)) ++depth;
      if (Is(i, TokenKind::kCloseParenthesis) && --depth == 0) return i + 1;
    }
    return i;
  }

  void NoteUse(size_t i) {
    const bool is_write = Is(i + 1, TokenKind::kAssign);
    if (!is_write && i > 0 && EndsOperand(tokens_[i - 1].kind)) return;
    const std::string_view name = TextOf(source_, tokens_[i]);
    if (IsReserved(name)) return;
    NameUse use{{tokens_[i].begin, tokens_[i].end}, NameUse::kFree, is_write};
    for (size_t k = result_.names.size(); k-- > 0;) {
      const ScopedName& declared = result_.names[k];
      if (declared.scope.end != 0 || declared.name != name) continue;  // no longer visible
      use.name = static_cast<uint32_t>(k);
      break;
    }
    result_.uses.push_back(use);
  }

  struct Scope {
    size_t first_name;
    uint32_t begin;
  };

  const SourceFile& source_;
  absl::Span<const Token> tokens_;
  std::vector<Scope> scopes_;
  TokenScopes result_;
};

}  // namespace

TokenScopes ScanScopes(const SourceFile& source, absl::Span<const Token> tokens) {
  return Scanner(source, tokens).Run();
}

}  // namespace som::lsp
