// See folding.h.
#include "vm/language_server/folding.h"

namespace som::lsp {

std::vector<Fold> FindFolds(const FileIndex& index) {
  const LineMap& lines = index.lines();
  std::vector<Fold> folds;
  std::vector<uint32_t> open;  // lines
  for (const Token& token : index.tokens()) {
    switch (token.kind) {
      case TokenKind::kOpenParenthesis:
      case TokenKind::kOpenBracket:
        open.push_back(lines.LineOf(token.begin));
        break;
      case TokenKind::kCloseParenthesis:
      case TokenKind::kCloseBracket: {
        if (open.empty()) break;
        const uint32_t line = lines.LineOf(token.begin);
        if (line > open.back() + 1) folds.push_back({open.back(), line - 1, false});
        open.pop_back();
        break;
      }
      default:
        break;
    }
  }
  for (const Span comment : index.Comments()) {
    const uint32_t first = lines.LineOf(comment.begin);
    const uint32_t last = lines.LineOf(comment.end);
    if (last > first) folds.push_back({first, last, true});
  }
  return folds;
}

}  // namespace som::lsp
