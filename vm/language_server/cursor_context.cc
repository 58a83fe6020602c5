// See cursor_context.h.
#include "vm/language_server/cursor_context.h"

#include <algorithm>
#include <optional>

#include "compiler/ast.h"
#include "compiler/parser.h"
#include "vm/language_server/receivers.h"

namespace som::lsp {

namespace {

// A longer receiver is not looked at.
constexpr uint32_t kMaxReceiverBytes = 2000;
// Nor a symbol with more parts.
constexpr size_t kMaxParts = 256;

class Finder {
 public:
  Finder(const Workspace& workspace, const File& file, uint32_t offset)
      : workspace_(workspace),
        file_(file),
        index_(*file.index),
        tokens_(index_.tokens()),
        offset_(offset) {}

  CursorContext Run() {
    context_.prefix = {offset_, offset_};
    FindPrefix();
    if (IsInTextOrComment()) return context_;
    context_.method = index_.MethodAt(offset_);
    if (context_.method == kNone) {
      FindHead();
      return context_;
    }
    const Method& method = index_.methods()[context_.method];
    context_.class_side = method.class_side;
    first_ = index_.TokenAt(method.node->begin);
    FindVisible(method);
    if (offset_ <= method.pattern.end || IsDeclaration()) return context_;
    if (end_ <= index_.TokenAt(method.pattern.end)) return context_;  // in front of the `=`
    FindKind();
    FindOpenMessage();
    return context_;
  }

 private:
  const Token& Before(size_t i) const { return tokens_[i - 1]; }
  bool Is(size_t i, TokenKind kind) const { return i < tokens_.size() && tokens_[i].kind == kind; }
  std::string_view Text(size_t i) const { return TextOf(index_.source(), tokens_[i]); }

  // Sets the prefix, and end_ to the number of tokens in front of it.
  void FindPrefix() {
    end_ = index_.TokenAt(offset_);
    if (end_ == 0) return;
    const Token& last = Before(end_);
    if (last.end < offset_) return;
    const bool is_word = last.kind == TokenKind::kIdentifier ||
                         (last.kind == TokenKind::kKeyword && offset_ < last.end);
    if (!is_word) return;
    context_.prefix = {last.begin, offset_};
    --end_;
  }

  bool IsInTextOrComment() const {
    if (end_ > 0) {
      const Token& last = Before(end_);
      if (last.kind == TokenKind::kString && offset_ < last.end) return true;
      if (last.kind == TokenKind::kUnterminatedString && offset_ <= last.end) return true;
    }
    const uint32_t from = end_ > 0 ? Before(end_).end : 0;
    if (from > context_.prefix.begin) return false;
    const std::string_view between = index_.text().substr(from, context_.prefix.begin - from);
    return std::count(between.begin(), between.end(), '"') % 2 != 0;
  }

  void FindHead() {
    const bool behind_equals = end_ == 2 && Is(0, TokenKind::kIdentifier) && Text(1) == "=";
    if (behind_equals) context_.kind = CursorKind::kSuperclass;
  }

  void FindVisible(const Method& method) {
    const size_t last = index_.TokenAt(method.node->end);
    scopes_ = ScanScopes(index_.source(), tokens_.subspan(first_, last - first_));
    for (const ScopedName& name : scopes_.names) {
      if (name.scope.Touches(offset_)) context_.visible.push_back(name);
    }
  }

  bool IsDeclaration() const {
    return std::any_of(scopes_.names.begin(), scopes_.names.end(), [&](const ScopedName& name) {
      return name.span.begin == context_.prefix.begin && name.span.Touches(offset_);
    });
  }

  // --- what may stand here -----------------------------------------------------------------------

  void FindKind() {
    const Token& last = Before(end_);
    if (last.kind == TokenKind::kPound && last.end == context_.prefix.begin) {
      context_.kind = CursorKind::kSymbol;
      return;
    }
    if (last.kind == TokenKind::kColon) return;  // an argument of a block
    const std::optional<size_t> start = ReceiverStart(end_);
    if (!start.has_value()) {
      context_.kind = CursorKind::kOperand;
      return;
    }
    context_.kind = CursorKind::kMessage;
    context_.receiver_is_operand = IsBehindOperator(*start);
    context_.receiver = ReceiverBetween(*start, end_);
  }

  bool IsBehindOperator(size_t i) const {
    return i > first_ && Before(i).kind == TokenKind::kOperator && Text(i - 1) != "|" &&
           i - 1 > first_ + 1 && EndsOperand(tokens_[i - 2].kind);
  }

  // The token in front of bracket `i - 1`, which closes, that opens it; none if there is none.
  std::optional<size_t> Opening(size_t i) const {
    size_t depth = 0;
    while (i > first_) {
      const TokenKind kind = Before(i).kind;
      if (kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis) ++depth;
      if ((kind == TokenKind::kOpenBracket || kind == TokenKind::kOpenParenthesis) && --depth == 0)
        return i - 1;
      --i;
    }
    return std::nullopt;
  }

  // Where the keywords of a symbol that ends with token `i - 1` begin: its `#`.
  std::optional<size_t> SymbolStart(size_t i) const {
    const size_t end = i;
    while (i > first_ + 1 && end - i < kMaxParts && tokens_[i - 2].end == Before(i).begin) {
      if (tokens_[i - 2].kind == TokenKind::kPound) return i - 2;
      if (tokens_[i - 2].kind != TokenKind::kKeyword) return std::nullopt;
      --i;
    }
    return std::nullopt;
  }

  // Where the operand begins, with unary messages to it, that ends with token `end - 1`.
  std::optional<size_t> ReceiverStart(size_t end) const {
    size_t i = end;
    while (i > first_) {
      if (const std::optional<size_t> symbol = SymbolStart(i)) return symbol;
      const TokenKind kind = Before(i).kind;
      if (!EndsOperand(kind)) return std::nullopt;
      if (kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis) {
        const std::optional<size_t> open = Opening(i);
        if (!open.has_value()) return std::nullopt;
        return *open > first_ && Is(*open - 1, TokenKind::kPound) ? *open - 1 : *open;
      }
      const bool is_message = kind == TokenKind::kIdentifier && i - 1 > first_ &&
                              (EndsOperand(tokens_[i - 2].kind) || SymbolStart(i - 1).has_value());
      if (!is_message) return i - 1;
      --i;
    }
    return std::nullopt;
  }

  ClassSideReference ReceiverBetween(size_t start, size_t end) const {
    const uint32_t begin = tokens_[start].begin;
    const uint32_t behind = Before(end).end;
    if (behind - begin > kMaxReceiverBytes) return {};
    ExpressionContext context{&file_, context_.class_side};
    const bool is_variable = end == start + 1 && Is(start, TokenKind::kIdentifier);
    if (is_variable && !IsReserved(Text(start)) &&
        !index_.methods()[context_.method].node->is_damaged) {
      VariableExpression variable{};
      variable.kind = ExpressionKind::kVariable;
      variable.begin = begin;
      variable.end = behind;
      variable.name = Text(start);
      context.method = context_.method;
      return TypeOf(workspace_, context, variable);
    }
    std::vector<std::string_view> names;
    names.reserve(context_.visible.size());
    for (const ScopedName& name : context_.visible) names.push_back(name.name);
    context.variables = names;
    const SourceFile source("", std::string(index_.text().substr(begin, behind - begin)));
    Diagnostics errors;
    const std::unique_ptr<ClassNode> tree = ParseExpressionSource(source, "Receiver", &errors);
    if (tree == nullptr) return {};
    const Body& body = tree->instance_side.methods.front()->body;
    return TypeOf(workspace_, context, *body.statements.front().expression);
  }

  // --- the message around ------------------------------------------------------------------------

  // Calls `use` with the number of each keyword from token `i` on, in the direction of `step`, that
  // belongs to the same message.
  template <typename Use>
  void ForEachKeyword(size_t i, int step, Use use) const {
    int depth = 0;
    const size_t last = index_.TokenAt(index_.methods()[context_.method].node->end);
    for (; i >= first_ && i < last; i += static_cast<size_t>(step)) {
      const TokenKind kind = tokens_[i].kind;
      const bool opens = kind == TokenKind::kOpenBracket || kind == TokenKind::kOpenParenthesis;
      const bool closes = kind == TokenKind::kCloseBracket || kind == TokenKind::kCloseParenthesis;
      if (opens || closes) depth += opens == (step > 0) ? 1 : -1;
      if (depth < 0) return;
      if (depth > 0) continue;
      if (kind == TokenKind::kPeriod || kind == TokenKind::kCaret || kind == TokenKind::kAssign ||
          kind == TokenKind::kSeparator)
        return;
      if (kind == TokenKind::kKeyword && !SymbolStart(i + 1).has_value()) use(i);
      if (i == 0) return;
    }
  }

  void FindOpenMessage() {
    OpenMessage& message = context_.message;
    if (end_ == first_) return;
    ForEachKeyword(end_ - 1, -1, [&](size_t i) { message.keywords.push_back(i); });
    if (message.keywords.empty()) return;
    std::reverse(message.keywords.begin(), message.keywords.end());
    for (const size_t i : message.keywords) message.typed += Text(i);
    message.complete = message.typed;
    ForEachKeyword(end_, 1, [&](size_t i) { message.complete += Text(i); });
    const size_t first = message.keywords.front();
    const std::optional<size_t> start = ReceiverStart(first);
    if (start.has_value() && !IsBehindOperator(*start))
      message.receiver = ReceiverBetween(*start, first);
  }

  const Workspace& workspace_;
  const File& file_;
  const FileIndex& index_;
  absl::Span<const Token> tokens_;
  uint32_t offset_;
  size_t first_ = 0;  // token of the method
  size_t end_ = 0;    // behind the last token in front of the prefix
  TokenScopes scopes_;
  CursorContext context_;
};

}  // namespace

CursorContext ContextAt(const Workspace& workspace, const File& file, uint32_t offset) {
  return Finder(workspace, file, offset).Run();
}

}  // namespace som::lsp
