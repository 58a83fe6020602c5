// See semantic_tokens.h.
#include "vm/language_server/semantic_tokens.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "compiler/ast.h"
#include "vm/language_server/navigation.h"

namespace som::lsp {

namespace {

// A symbol with more parts is coloured as messages are.
constexpr size_t kMaxParts = 256;

constexpr uint32_t Bit(TokenModifier modifier) { return 1U << static_cast<uint32_t>(modifier); }

class Classifier {
 public:
  Classifier(const Workspace& workspace, const File& file)
      : workspace_(workspace), file_(file), index_(*file.index) {}

  std::vector<SemanticToken> Run(Span span) {
    const absl::Span<const Token> tokens = index_.tokens();
    const absl::Span<const Occurrence> occurrences = index_.occurrences();
    size_t next = 0;
    std::vector<SemanticToken> result;
    result.reserve(tokens.size());
    for (size_t i = 0; i < tokens.size(); ++i) {
      const Token& token = tokens[i];
      if (token.end < span.begin || token.begin > span.end) continue;
      while (next < occurrences.size() && occurrences[next].span.begin < token.begin) ++next;
      const Occurrence* occurrence =
          next < occurrences.size() && occurrences[next].span.begin == token.begin
              ? &occurrences[next]
              : nullptr;
      if (const std::optional<SemanticToken> found = Classify(i, occurrence))
        result.push_back(*found);
    }
    for (const Span comment : index_.Comments()) {
      if (comment.end >= span.begin && comment.begin <= span.end)
        result.push_back({comment, TokenType::kComment});
    }
    std::sort(result.begin(), result.end(), [](const SemanticToken& a, const SemanticToken& b) {
      return a.span.begin < b.span.begin;
    });
    return result;
  }

 private:
  std::optional<SemanticToken> Classify(size_t i, const Occurrence* occurrence) {
    const Token& token = index_.tokens()[i];
    const Span span{token.begin, token.end};
    switch (token.kind) {
      case TokenKind::kInteger:
      case TokenKind::kDouble:
        return SemanticToken{span, TokenType::kNumber};
      case TokenKind::kString:
      case TokenKind::kUnterminatedString:
        return SemanticToken{span, IsBehindPound(i) ? TokenType::kSymbol : TokenType::kString};
      case TokenKind::kPound:
        return SemanticToken{span, TokenType::kSymbol};
      case TokenKind::kCaret:
      case TokenKind::kAssign:
        return SemanticToken{span, TokenType::kOperator};
      case TokenKind::kIdentifier:
      case TokenKind::kKeyword:
      case TokenKind::kOperator:
        if (occurrence != nullptr) return OfOccurrence(span, *occurrence);
        return OfWord(i);
      default:
        return std::nullopt;
    }
  }

  bool IsBehindPound(size_t i) const {
    return i > 0 && index_.tokens()[i - 1].kind == TokenKind::kPound;
  }

  // A word that names nothing: of the language, or part of a literal.
  std::optional<SemanticToken> OfWord(size_t i) const {
    const Token& token = index_.tokens()[i];
    const Span span{token.begin, token.end};
    const std::string_view text = index_.TextOfSpan(span);
    if (token.kind == TokenKind::kIdentifier && (IsReserved(text) || text == "primitive"))
      return SemanticToken{span, TokenType::kWord};
    bool is_symbol = false;
    for (size_t k = i; k > 0 && !is_symbol && i - k < kMaxParts; --k) {
      is_symbol = index_.tokens()[k - 1].kind == TokenKind::kPound;
      if (index_.tokens()[k - 1].end != index_.tokens()[k].begin) break;
    }
    if (is_symbol) return SemanticToken{span, TokenType::kSymbol};
    if (token.kind == TokenKind::kOperator && text != "|")
      return SemanticToken{span, TokenType::kOperator};
    if (token.kind == TokenKind::kKeyword) return SemanticToken{span, TokenType::kMethod};
    return std::nullopt;
  }

  SemanticToken OfOccurrence(Span span, const Occurrence& occurrence) {
    SemanticToken token{span, TokenType::kMethod};
    if (occurrence.is_declaration) token.modifiers |= Bit(TokenModifier::kDeclaration);
    if (occurrence.is_write) token.modifiers |= Bit(TokenModifier::kModification);
    switch (occurrence.kind) {
      case OccurrenceKind::kClass:
      case OccurrenceKind::kSuperclass:
        token.type = TokenType::kClass;
        break;
      case OccurrenceKind::kField:
      case OccurrenceKind::kVariable:
        SetVariable(index_.declarations()[occurrence.target], &token);
        break;
      case OccurrenceKind::kName:
        SetName(occurrence, &token);
        break;
      case OccurrenceKind::kPattern:
        if (index_.methods()[occurrence.target].class_side)
          token.modifiers |= Bit(TokenModifier::kStatic);
        break;
      case OccurrenceKind::kMessage:
        if (index_.tokens()[index_.TokenAt(span.begin)].kind == TokenKind::kOperator)
          token.type = TokenType::kOperator;
        break;
      case OccurrenceKind::kSymbol:
        token.type = TokenType::kSymbol;
        break;
    }
    return token;
  }

  static void SetVariable(const Declaration& declaration, SemanticToken* token) {
    switch (declaration.kind) {
      case VariableKind::kField:
        token->type = TokenType::kField;
        if (declaration.class_side) token->modifiers |= Bit(TokenModifier::kStatic);
        break;
      case VariableKind::kArgument:
        token->type = TokenType::kArgument;
        break;
      case VariableKind::kLocal:
        token->type = TokenType::kLocal;
        break;
    }
  }

  void SetName(const Occurrence& occurrence, SemanticToken* token) {
    const bool class_side = index_.methods()[occurrence.method].class_side;
    const std::string_view name = index_.TextOfSpan(occurrence.span);
    const auto [known, is_new] = names_.try_emplace({name, class_side});
    if (is_new) {
      const Field field = workspace_.FieldNamed(name, file_, class_side);
      known->second = {token->span, TokenType::kLocal};
      if (field) {
        SetVariable(field.file->index->declarations()[field.declaration], &known->second);
      } else if (workspace_.ClassNamed(name, file_) != nullptr) {
        known->second.type = TokenType::kClass;
      }
    }
    token->type = known->second.type;
    token->modifiers |= known->second.modifiers;
  }

  const Workspace& workspace_;
  const File& file_;
  const FileIndex& index_;
  std::map<std::pair<std::string_view, bool>, SemanticToken> names_;  // what they mean, by side
};

}  // namespace

std::vector<SemanticToken> ClassifyTokens(const Workspace& workspace, const File& file, Span span) {
  return Classifier(workspace, file).Run(span);
}

std::vector<uint32_t> EncodeTokens(const LineMap& lines, const std::vector<SemanticToken>& tokens) {
  std::vector<uint32_t> numbers;
  numbers.reserve(tokens.size() * 5);
  Position last;
  const auto add = [&](Position start, uint32_t length, const SemanticToken& token) {
    if (length == 0) return;
    const bool same_line = start.line == last.line;
    for (const uint32_t number :
         {start.line - last.line, same_line ? start.character - last.character : start.character,
          length, static_cast<uint32_t>(token.type), token.modifiers})
      numbers.push_back(number);
    last = start;
  };
  for (const SemanticToken& token : tokens) {
    const Position start = lines.PositionOf(token.span.begin);
    const uint32_t last_line = lines.LineOf(token.span.end);
    for (uint32_t line = start.line; line <= last_line; ++line) {
      const uint32_t begin = line == start.line ? start.character : 0;
      const uint32_t end_offset = line == last_line ? token.span.end : lines.EndOf(line);
      const uint32_t end = lines.PositionOf(end_offset).character;
      add({line, begin}, end - begin, token);
    }
  }
  return numbers;
}

}  // namespace som::lsp
