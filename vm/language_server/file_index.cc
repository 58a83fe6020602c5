// See file_index.h.
#include "vm/language_server/file_index.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "compiler/ast.h"
#include "compiler/compile.h"

namespace som::lsp {

namespace {

bool BeginsBefore(const Token& token, uint32_t offset) { return token.begin < offset; }

Span SpanOf(const Token& token) { return {token.begin, token.end}; }
Span SpanOf(const Name& name) {
  return {name.begin, name.begin + static_cast<uint32_t>(name.text.size())};
}

// Calls `use` with each comment that begins in a stretch without tokens.
template <typename Use>
void ForEachComment(std::string_view text, Span gap, Use use) {
  size_t begin = text.find('"', gap.begin);
  while (begin < gap.end) {
    const size_t close = text.find('"', begin + 1);
    const size_t end = close >= gap.end ? gap.end : close + 1;
    use(Span{static_cast<uint32_t>(begin), static_cast<uint32_t>(end)});
    begin = text.find('"', end);
  }
}

// A comment that is not closed has one quote only.
std::string_view WithoutQuotes(std::string_view comment) {
  comment.remove_prefix(1);
  if (comment.ends_with('"')) comment.remove_suffix(1);
  return comment;
}

}  // namespace

// Fills an index from the syntax tree.
class FileIndex::Builder {
 public:
  explicit Builder(FileIndex* index) : index_(*index), source_(index->source()) {}

  void Run() {
    const ClassNode& tree = index_.tree();
    CollectMethods(tree.instance_side, false);
    CollectMethods(tree.class_side, true);
    std::sort(index_.methods_.begin(), index_.methods_.end(),
              [](const Method& a, const Method& b) { return a.node->begin < b.node->begin; });
    ReadTokens();
    IndexHead(tree);
    IndexFields(tree.instance_side, false);
    IndexFields(tree.class_side, true);
    for (method_ = 0; method_ < index_.methods_.size(); ++method_) IndexMethod();
    std::sort(index_.occurrences_.begin(), index_.occurrences_.end(),
              [](const Occurrence& a, const Occurrence& b) { return a.span.begin < b.span.begin; });
    for (size_t i = 0; i < index_.occurrences_.size(); ++i) {
      const Occurrence& occurrence = index_.occurrences_[i];
      if (occurrence.kind != OccurrenceKind::kName &&
          occurrence.kind != OccurrenceKind::kSuperclass)
        continue;
      index_.names_[index_.TextOfSpan(occurrence.span)].push_back(static_cast<uint32_t>(i));
    }
  }

 private:
  void CollectMethods(const ClassSide& side, bool class_side) {
    index_.methods_.reserve(index_.methods_.size() + side.methods.size());
    for (const MethodNode* method : side.methods)
      index_.methods_.push_back({method, class_side, {}, {}});
  }

  // --- tokens ------------------------------------------------------------------------------------

  void ReadTokens() {
    if (!index_.IsDamaged()) {
      index_.tokens_ = Tokenize(source_);
      index_.tokens_.pop_back();
      return;
    }
    uint32_t begin = 0;
    for (const Method& method : index_.methods_) {
      ReadTokens(begin, method.node->begin);
      ReadTokens(method.node->begin, method.node->end);
      begin = method.node->end;
    }
    ReadTokens(begin, static_cast<uint32_t>(source_.text().size()));
  }

  void ReadTokens(uint32_t begin, uint32_t end) {
    Lexer lexer(source_);
    if (begin > 0) lexer.MoveTo(begin);
    for (Token token = lexer.Next(); token.kind != TokenKind::kEnd && token.begin < end;
         token = lexer.Next()) {
      token.end = std::min(token.end, end);
      index_.tokens_.push_back(token);
    }
  }

  // --- heads -------------------------------------------------------------------------------------

  void IndexHead(const ClassNode& tree) {
    if (tree.name.empty()) return;
    const size_t at = index_.TokenAt(tree.name_begin);
    Add({SpanOf(index_.tokens_[at]), OccurrenceKind::kClass, /*is_declaration=*/true});
    const size_t superclass = at + 2;
    if (superclass < index_.tokens_.size() &&
        index_.tokens_[superclass].kind == TokenKind::kIdentifier &&
        TextOf(source_, index_.tokens_[superclass]) == tree.superclass_name) {
      Add({SpanOf(index_.tokens_[superclass]), OccurrenceKind::kSuperclass});
    }
  }

  void IndexFields(const ClassSide& side, bool class_side) {
    for (const Name& field : side.fields) {
      Add({SpanOf(field), OccurrenceKind::kField, /*is_declaration=*/true, /*is_write=*/false,
           static_cast<uint32_t>(index_.declarations_.size())});
      index_.declarations_.push_back(
          {field.text, SpanOf(field), VariableKind::kField, class_side, kNone, {}});
    }
  }

  void Add(Occurrence occurrence) { index_.occurrences_.push_back(occurrence); }

  // The spans of the parts of a selector that begins at token `at`: of `count` keywords those that
  // stand outside of brackets. Never more than there are.
  absl::Span<const Span> FindParts(size_t at, std::string_view selector) {
    const auto count = static_cast<size_t>(std::count(selector.begin(), selector.end(), ':'));
    const std::vector<Token>& tokens = index_.tokens_;
    found_parts_.clear();
    if (at >= tokens.size()) return {};
    if (count == 0) {
      found_parts_.push_back(SpanOf(tokens[at]));
      return KeptParts();
    }
    int depth = 0;
    for (size_t i = at; i < tokens.size() && found_parts_.size() < count && depth >= 0; ++i) {
      switch (tokens[i].kind) {
        case TokenKind::kOpenBracket:
        case TokenKind::kOpenParenthesis:
          ++depth;
          break;
        case TokenKind::kCloseBracket:
        case TokenKind::kCloseParenthesis:
          --depth;
          break;
        case TokenKind::kKeyword:
          if (depth == 0 && !IsInSymbol(i)) found_parts_.push_back(SpanOf(tokens[i]));
          break;
        default:
          break;
      }
    }
    return KeptParts();
  }

  // Whether a keyword belongs to a literal as `#at:put:`.
  bool IsInSymbol(size_t i) const {
    const std::vector<Token>& tokens = index_.tokens_;
    while (i > 0 && tokens[i - 1].end == tokens[i].begin) {
      --i;
      if (tokens[i].kind == TokenKind::kPound) return true;
      if (tokens[i].kind != TokenKind::kKeyword) return false;
    }
    return i > 0 && tokens[i - 1].kind == TokenKind::kPound;
  }

  absl::Span<const Span> KeptParts() {
    const size_t count = found_parts_.size();
    if (count > parts_left_) {
      parts_left_ = std::max(count, kPartsAtOnce);
      next_part_ = index_.parts_.emplace_back(std::make_unique<Span[]>(parts_left_)).get();
    }
    Span* kept = next_part_;
    std::copy(found_parts_.begin(), found_parts_.end(), kept);
    next_part_ += count;
    parts_left_ -= count;
    return {kept, count};
  }

  // --- methods -----------------------------------------------------------------------------------

  void IndexMethod() {
    Method& method = index_.methods_[method_];
    const MethodNode& node = *method.node;
    index_.methods_by_selector_[node.selector].push_back(method_);
    method.parts = FindParts(index_.TokenAt(node.begin), node.selector);
    for (const Span part : method.parts)
      Add({part, OccurrenceKind::kPattern, /*is_declaration=*/true, false, method_, method_});
    method.pattern = {node.begin, node.parameters.empty() ? method.parts.back().end
                                                          : SpanOf(node.parameters.back()).end};
    if (node.is_damaged) return IndexDamaged(node);
    visible_.clear();
    const Span all{node.begin, node.end};
    Declare(node.parameters, VariableKind::kArgument, all);
    Declare(node.body.locals, VariableKind::kLocal, all);
    Walk(node.body);
  }

  // Sends as far as there are statements, variables from the tokens.
  void IndexDamaged(const MethodNode& node) {
    knows_variables_ = false;
    Walk(node.body);
    knows_variables_ = true;
    const size_t first = index_.TokenAt(node.begin);
    const size_t last = index_.TokenAt(node.end);
    const TokenScopes scopes =
        ScanScopes(source_, absl::MakeConstSpan(index_.tokens_).subspan(first, last - first));
    const auto base = static_cast<uint32_t>(index_.declarations_.size());
    index_.declarations_.reserve(base + scopes.names.size());
    for (const ScopedName& name : scopes.names) {
      Add({name.span, OccurrenceKind::kVariable, /*is_declaration=*/true, false,
           static_cast<uint32_t>(index_.declarations_.size()), method_});
      index_.declarations_.push_back(
          {name.name, name.span, name.kind, ClassSideOfMethod(), method_, name.scope});
    }
    for (const NameUse& use : scopes.uses) {
      const bool is_free = use.name == NameUse::kFree;
      Add({use.span, is_free ? OccurrenceKind::kName : OccurrenceKind::kVariable, false,
           use.is_write, is_free ? kNone : base + use.name, method_});
    }
  }

  bool ClassSideOfMethod() const { return index_.methods_[method_].class_side; }

  void Declare(absl::Span<const Name> names, VariableKind kind, Span scope) {
    for (const Name& name : names) {
      const auto number = static_cast<uint32_t>(index_.declarations_.size());
      index_.declarations_.push_back(
          {name.text, SpanOf(name), kind, ClassSideOfMethod(), method_, scope});
      Add({SpanOf(name), OccurrenceKind::kVariable, /*is_declaration=*/true, false, number,
           method_});
      visible_[name.text].push_back(number);
    }
  }

  void Undeclare(absl::Span<const Name> names) {
    for (const Name& name : names) visible_[name.text].pop_back();
  }

  // An expression to visit; or, without one, a block that ends.
  struct Work {
    const Expression* expression;
    const BlockExpression* ending;
  };

  void Push(const Body& body) {
    for (size_t i = body.statements.size(); i-- > 0;)
      work_.push_back({body.statements[i].expression, nullptr});
  }

  // Not recursive: trees may be deep.
  void Walk(const Body& body) {
    work_.clear();
    Push(body);
    while (!work_.empty()) {
      const Work work = work_.back();
      work_.pop_back();
      if (work.ending != nullptr) {
        Undeclare(work.ending->parameters);
        Undeclare(work.ending->body.locals);
      } else {
        Visit(work.expression);
      }
    }
  }

  void Visit(const Expression* expression) {
    switch (expression->kind) {
      case ExpressionKind::kVariable:
        NoteVariable(*As<VariableExpression>(expression), /*is_write=*/false);
        break;
      case ExpressionKind::kAssignment: {
        const auto* assignment = As<AssignmentExpression>(expression);
        NoteVariable(*assignment->target, /*is_write=*/true);
        work_.push_back({assignment->value, nullptr});
        break;
      }
      case ExpressionKind::kSend:
        NoteSend(As<SendExpression>(expression));
        break;
      case ExpressionKind::kBlock: {
        const auto* block = As<BlockExpression>(expression);
        if (knows_variables_) {
          const Span all{block->begin, block->end};
          Declare(block->parameters, VariableKind::kArgument, all);
          Declare(block->body.locals, VariableKind::kLocal, all);
          work_.push_back({nullptr, block});
        }
        Push(block->body);
        break;
      }
      case ExpressionKind::kLiteral:
        NoteLiteral(*As<LiteralExpression>(expression));
        break;
      default:
        break;
    }
  }

  void NoteVariable(const VariableExpression& variable, bool is_write) {
    if (!knows_variables_) return;
    const Span span{variable.begin, variable.begin + static_cast<uint32_t>(variable.name.size())};
    const auto found = visible_.find(variable.name);
    if (found != visible_.end() && !found->second.empty()) {
      Add({span, OccurrenceKind::kVariable, false, is_write, found->second.back(), method_});
    } else {
      Add({span, OccurrenceKind::kName, false, is_write, kNone, method_});
    }
  }

  void NoteSend(const SendExpression* send) {
    const auto number = static_cast<uint32_t>(index_.sends_.size());
    const absl::Span<const Span> parts =
        FindParts(index_.TokenAt(send->selector_begin), send->selector);
    index_.sends_.push_back({send, parts, method_});
    index_.sends_by_selector_[send->selector].push_back(number);
    for (const Span part : parts)
      Add({part, OccurrenceKind::kMessage, false, false, number, method_});
    for (size_t i = send->arguments.size(); i-- > 0;)
      work_.push_back({send->arguments[i], nullptr});
    work_.push_back({send->receiver, nullptr});
  }

  void NoteLiteral(const LiteralExpression& literal) {
    if (!std::holds_alternative<SymbolText>(literal.value->value)) return;
    const Span span{literal.begin + 1, literal.end};
    const std::string_view text = index_.TextOfSpan(span);
    if (text.starts_with('\'')) return;
    Add({span, OccurrenceKind::kSymbol, false, false, kNone, method_});
  }

  static constexpr size_t kPartsAtOnce = 256;

  FileIndex& index_;
  const SourceFile& source_;
  uint32_t method_ = 0;
  bool knows_variables_ = true;
  std::vector<Work> work_;
  absl::flat_hash_map<std::string_view, Numbers> visible_;
  std::vector<Span> found_parts_;
  Span* next_part_ = nullptr;
  size_t parts_left_ = 0;
};

FileIndex::FileIndex(std::string path, std::string text) {
  // The parser keeps the text of what it can read; of what it cannot, there has to be a copy.
  parsed_ = ParseClass(path, text, &syntax_errors_);
  if (parsed_ == nullptr) parsed_ = ParseDamagedClass(std::move(path), std::move(text));
  Builder(this).Run();
}

FileIndex::~FileIndex() = default;

const ClassNode& FileIndex::tree() const { return parsed_->tree(); }
const SourceFile& FileIndex::source() const { return parsed_->source(); }

const LineMap& FileIndex::lines() const {
  if (lines_ == nullptr) lines_ = std::make_unique<LineMap>(text());
  return *lines_;
}

size_t FileIndex::TokenAt(uint32_t offset) const {
  return static_cast<size_t>(
      std::lower_bound(tokens_.begin(), tokens_.end(), offset, BeginsBefore) - tokens_.begin());
}

std::vector<Span> FileIndex::Comments() const {
  std::vector<Span> comments;
  uint32_t begin = 0;
  const auto add = [&](uint32_t end) {
    ForEachComment(text(), {begin, end}, [&](Span comment) { comments.push_back(comment); });
  };
  for (const Token& token : tokens_) {
    if (token.begin > begin + 1) add(token.begin);
    begin = token.end;
  }
  add(static_cast<uint32_t>(text().size()));
  return comments;
}

const Occurrence* FileIndex::OccurrenceAt(uint32_t offset) const {
  auto next = std::upper_bound(
      occurrences_.begin(), occurrences_.end(), offset,
      [](uint32_t at, const Occurrence& occurrence) { return at < occurrence.span.begin; });
  if (next == occurrences_.begin()) return nullptr;
  const Occurrence& before = *--next;
  return before.span.Touches(offset) ? &before : nullptr;
}

uint32_t FileIndex::MethodAt(uint32_t offset) const {
  auto next =
      std::upper_bound(methods_.begin(), methods_.end(), offset,
                       [](uint32_t at, const Method& method) { return at < method.node->begin; });
  if (next == methods_.begin()) return kNone;
  --next;
  // What has no end goes on to the next method.
  const bool includes = next->node->is_damaged || offset <= next->node->end;
  return includes ? static_cast<uint32_t>(next - methods_.begin()) : kNone;
}

std::string_view FileIndex::SelectorOf(const Occurrence& occurrence) const {
  switch (occurrence.kind) {
    case OccurrenceKind::kMessage:
      return sends_[occurrence.target].node->selector;
    case OccurrenceKind::kPattern:
      return methods_[occurrence.target].node->selector;
    case OccurrenceKind::kSymbol:
      return TextOfSpan(occurrence.span);
    default:
      return {};
  }
}

absl::Span<const uint32_t> FileIndex::Find(const Table& table, std::string_view name) {
  const auto found = table.find(name);
  if (found == table.end()) return {};
  return found->second;
}

absl::Span<const uint32_t> FileIndex::MethodsNamed(std::string_view selector) const {
  return Find(methods_by_selector_, selector);
}
absl::Span<const uint32_t> FileIndex::SendsOf(std::string_view selector) const {
  return Find(sends_by_selector_, selector);
}
absl::Span<const uint32_t> FileIndex::NamesLike(std::string_view name) const {
  return Find(names_, name);
}

uint32_t FileIndex::FieldNamed(std::string_view name, bool class_side) const {
  for (size_t i = 0; i < declarations_.size(); ++i) {
    const Declaration& declaration = declarations_[i];
    if (declaration.kind != VariableKind::kField) break;  // fields come first
    if (declaration.class_side == class_side && declaration.name == name)
      return static_cast<uint32_t>(i);
  }
  return kNone;
}

std::string_view FileIndex::CommentBefore(uint32_t offset) const {
  const size_t token = TokenAt(offset);
  const uint32_t begin = token == 0 ? 0 : tokens_[token - 1].end;
  Span last;
  ForEachComment(text(), {begin, offset}, [&](Span comment) { last = comment; });
  if (last.end == 0) return {};
  const std::string_view between = text().substr(last.end, offset - last.end);
  if (std::count(between.begin(), between.end(), '\n') > 1) return {};
  return WithoutQuotes(TextOfSpan(last));
}

std::string_view FileIndex::CommentOf(const Method& method) const {
  const std::string_view before = CommentBefore(method.node->begin);
  if (!before.empty()) return before;
  const size_t open = TokenAt(method.pattern.end) + 1;  // behind `=`
  if (open + 1 >= tokens_.size() || tokens_[open].kind != TokenKind::kOpenParenthesis) return {};
  Span first;
  ForEachComment(text(), {tokens_[open].end, tokens_[open + 1].begin}, [&](Span comment) {
    if (first.end == 0) first = comment;
  });
  if (first.end == 0) return {};
  return WithoutQuotes(TextOfSpan(first));
}

std::string_view FileIndex::ClassComment() const {
  return tree().name.empty() ? std::string_view() : CommentBefore(tree().name_begin);
}

}  // namespace som::lsp
