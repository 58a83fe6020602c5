// The requests about documents. See server.h.
#include <algorithm>
#include <limits>
#include <utility>

#include "compiler/concat.h"
#include "vm/language_server/completion.h"
#include "vm/language_server/folding.h"
#include "vm/language_server/formatting.h"
#include "vm/language_server/hover.h"
#include "vm/language_server/rename.h"
#include "vm/language_server/semantic_tokens.h"
#include "vm/language_server/server.h"
#include "vm/language_server/symbols.h"

namespace som::lsp {

namespace {

using protocol::BoolAt;
using protocol::Member;
using protocol::StringAt;

constexpr size_t kMaxSymbols = 1000;
constexpr uint64_t kMaxIndentation = 16;
constexpr int kSnippetFormat = 2;
constexpr int kReadHighlight = 2;
constexpr int kWriteHighlight = 3;

// The protocol's numbers.
int NumberOf(SymbolKind kind) {
  switch (kind) {
    case SymbolKind::kClass:
      return 5;
    case SymbolKind::kClassSide:
      return 3;  // namespace
    case SymbolKind::kField:
      return 8;
    case SymbolKind::kMethod:
      return 6;
  }
  return 6;
}

int NumberOf(CompletionKind kind) {
  switch (kind) {
    case CompletionKind::kMethod:
      return 2;
    case CompletionKind::kVariable:
      return 6;
    case CompletionKind::kField:
      return 5;
    case CompletionKind::kClass:
      return 7;
    case CompletionKind::kWord:
      return 14;
    case CompletionKind::kSymbol:
      return 20;
  }
  return 1;
}

Json Markdown(std::string text) { return {{"kind", "markdown"}, {"value", std::move(text)}}; }

Json LocationToJson(const File& file, Span span) {
  return {{"uri", file.uri}, {"range", ToJson(file.index->lines().RangeOf(span))}};
}

Json SymbolToJson(const SymbolNode& symbol, const LineMap& lines) {
  Json json = {{"name", symbol.name},
               {"kind", NumberOf(symbol.kind)},
               {"range", ToJson(lines.RangeOf(symbol.all))},
               {"selectionRange", ToJson(lines.RangeOf(symbol.name_span))}};
  if (!symbol.detail.empty()) json["detail"] = symbol.detail;
  if (symbol.children.empty()) return json;
  Json& children = json["children"] = Json::array();
  for (const SymbolNode& child : symbol.children) children.push_back(SymbolToJson(child, lines));
  return json;
}

void AddFlat(const SymbolNode& symbol, const std::string& container, const File& file,
             Json* symbols) {
  symbols->push_back({{"name", symbol.name},
                      {"kind", NumberOf(symbol.kind)},
                      {"containerName", container},
                      {"location", LocationToJson(file, symbol.all)}});
  for (const SymbolNode& child : symbol.children) AddFlat(child, symbol.name, file, symbols);
}

Indentation IndentationAt(const Json& params) {
  Indentation indentation;
  const Json* width = Member(params, "options.tabSize");
  if (width != nullptr && width->is_number_unsigned()) {
    indentation.width =
        static_cast<uint32_t>(std::clamp<uint64_t>(width->get<uint64_t>(), 1, kMaxIndentation));
  }
  const Json* uses_spaces = Member(params, "options.insertSpaces");
  indentation.uses_tabs =
      uses_spaces != nullptr && uses_spaces->is_boolean() && !uses_spaces->get<bool>();
  return indentation;
}

Json ChangesToJson(const std::vector<TextChange>& changes, const LineMap& lines) {
  Json json = Json::array();
  for (const TextChange& change : changes)
    json.push_back({{"range", ToJson(lines.RangeOf(change.span))}, {"newText", change.text}});
  return json;
}

Answer InvalidParams(std::string message) {
  return Answer::Error(ErrorCode::kInvalidParams, std::move(message));
}

Answer NoPlace() {
  return InvalidParams("The parameters name no known document, or no position in it");
}

}  // namespace

const File* Server::FileOf(const Json& params) {
  if (!has_found_files_) FindFiles();
  const std::optional<std::string> uri = StringAt(params, "textDocument.uri");
  return uri.has_value() ? workspace_.Find(*uri) : nullptr;
}

std::optional<Server::Place> Server::PlaceOf(const Json& params) {
  const File* file = FileOf(params);
  const std::optional<Position> position = PositionAt(params, "position");
  if (file == nullptr || !position.has_value()) return std::nullopt;
  return Place{file, file->index->lines().OffsetOf(*position)};
}

Json Server::LocationsToJson(const std::vector<Location>& locations) const {
  Json json = Json::array();
  for (const Location& location : locations)
    json.push_back(LocationToJson(*location.file, location.span));
  return json;
}

// --- symbols ------------------------------------------------------------------------------------

Answer Server::DocumentSymbol(const Json& params) {
  const File* file = FileOf(params);
  if (file == nullptr) return NoPlace();
  Json symbols = Json::array();
  for (const SymbolNode& symbol : Outline(*file)) {
    if (takes_document_symbols_) {
      symbols.push_back(SymbolToJson(symbol, file->index->lines()));
    } else {
      AddFlat(symbol, "", *file, &symbols);
    }
  }
  return Answer::Of(std::move(symbols));
}

Answer Server::WorkspaceSymbol(const Json& params) {
  const std::optional<std::string> query = StringAt(params, "query");
  if (!query.has_value()) return InvalidParams("workspace/symbol needs a query");
  if (!has_found_files_) FindFiles();
  Json symbols = Json::array();
  for (const FoundSymbol& symbol : FindSymbols(workspace_, *query, kMaxSymbols)) {
    symbols.push_back({{"name", symbol.name},
                       {"kind", NumberOf(symbol.kind)},
                       {"containerName", symbol.container},
                       {"location", LocationToJson(*symbol.file, symbol.span)}});
  }
  return Answer::Of(std::move(symbols));
}

// --- navigation ---------------------------------------------------------------------------------

Answer Server::Definition(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  return Answer::Of(LocationsToJson(Definitions(workspace_, *place->file, place->offset)));
}

Answer Server::References(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  return Answer::Of(LocationsToJson(lsp::References(workspace_, *place->file, place->offset,
                                                    BoolAt(params, "context.includeDeclaration"))));
}

Answer Server::Implementation(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  return Answer::Of(LocationsToJson(Implementations(workspace_, *place->file, place->offset)));
}

Answer Server::DocumentHighlight(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  const LineMap& lines = place->file->index->lines();
  Json highlights = Json::array();
  for (const Highlight& highlight : Highlights(workspace_, *place->file, place->offset)) {
    highlights.push_back({{"range", ToJson(lines.RangeOf(highlight.span))},
                          {"kind", highlight.is_write ? kWriteHighlight : kReadHighlight}});
  }
  return Answer::Of(std::move(highlights));
}

Answer Server::Hover(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  lsp::Hover hover = HoverAt(workspace_, *place->file, place->offset);
  if (hover.text.empty()) return Answer::Of(nullptr);
  return Answer::Of({{"contents", Markdown(std::move(hover.text))},
                     {"range", ToJson(place->file->index->lines().RangeOf(hover.span))}});
}

// --- writing ------------------------------------------------------------------------------------

Answer Server::Completion(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  const CompletionList list = Complete(workspace_, *place->file, place->offset);
  const Json range = ToJson(place->file->index->lines().RangeOf(list.replaced));
  Json items = Json::array();
  for (const CompletionItem& item : list.items) {
    const bool is_snippet = takes_snippets_ && !item.snippet.empty();
    Json json = {
        {"label", item.label},
        {"kind", NumberOf(item.kind)},
        {"sortText", Concat(1000 + item.rank, item.label)},
        {"textEdit", {{"range", range}, {"newText", is_snippet ? item.snippet : item.text}}}};
    if (!item.detail.empty()) json["detail"] = item.detail;
    if (is_snippet) json["insertTextFormat"] = kSnippetFormat;
    if (item.method)
      json["data"] = {{"uri", item.method.file->uri}, {"method", item.method.method}};
    items.push_back(std::move(json));
  }
  return Answer::Of({{"isIncomplete", !list.is_complete}, {"items", std::move(items)}});
}

Answer Server::ResolveCompletion(const Json& params) {
  if (!params.is_object()) return InvalidParams("There is no item");
  Json item = params;
  const std::optional<std::string> uri = StringAt(params, "data.uri");
  const Json* method = Member(params, "data.method");
  if (!uri.has_value() || method == nullptr || !method->is_number_unsigned())
    return Answer::Of(std::move(item));
  const File* file = workspace_.Find(*uri);
  const auto number = method->get<uint64_t>();
  // The file may have changed since the item was made.
  if (file != nullptr && number < file->index->methods().size()) {
    item["documentation"] = Markdown(DescribeMethod({file, static_cast<uint32_t>(number)}));
  }
  return Answer::Of(std::move(item));
}

Answer Server::SignatureHelp(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  const Signatures found = SignaturesAt(workspace_, *place->file, place->offset);
  if (found.signatures.empty()) return Answer::Of(nullptr);
  Json signatures = Json::array();
  for (const Signature& signature : found.signatures) {
    Json parameters = Json::array();
    for (const Span parameter : signature.parameters)
      parameters.push_back({{"label", {parameter.begin, parameter.end}}});
    const MethodReference& method = signature.method;
    const std::string comment = CommentText(method.file->index->CommentOf(method.get()));
    Json json = {{"label", signature.label}, {"parameters", std::move(parameters)}};
    if (!comment.empty()) json["documentation"] = Markdown(comment);
    signatures.push_back(std::move(json));
  }
  return Answer::Of({{"signatures", std::move(signatures)},
                     {"activeSignature", found.active},
                     {"activeParameter", found.active_parameter}});
}

Answer Server::Rename(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  const std::optional<std::string> name = StringAt(params, "newName");
  if (!place.has_value() || !name.has_value()) return NoPlace();
  const Renaming renaming = lsp::Rename(workspace_, *place->file, place->offset, *name);
  if (!renaming.refusal.empty()) return Answer::Error(ErrorCode::kRequestFailed, renaming.refusal);
  Json changes = Json::object();
  for (const Location& location : renaming.places) {
    changes[location.file->uri].push_back(
        {{"range", ToJson(location.file->index->lines().RangeOf(location.span))},
         {"newText", *name}});
  }
  return Answer::Of({{"changes", std::move(changes)}});
}

Answer Server::PrepareRename(const Json& params) {
  const std::optional<Place> place = PlaceOf(params);
  if (!place.has_value()) return NoPlace();
  const Renaming renaming = lsp::PrepareRename(workspace_, *place->file, place->offset);
  if (!renaming.refusal.empty()) return Answer::Error(ErrorCode::kRequestFailed, renaming.refusal);
  const FileIndex& index = *place->file->index;
  const Span span = renaming.places.front().span;
  return Answer::Of({{"range", ToJson(index.lines().RangeOf(span))},
                     {"placeholder", std::string(index.TextOfSpan(span))}});
}

// --- how the text looks -------------------------------------------------------------------------

Answer Server::FoldingRange(const Json& params) {
  const File* file = FileOf(params);
  if (file == nullptr) return NoPlace();
  Json folds = Json::array();
  for (const Fold& fold : FindFolds(*file->index)) {
    Json json = {{"startLine", fold.first_line}, {"endLine", fold.last_line}};
    if (fold.is_comment) json["kind"] = "comment";
    folds.push_back(std::move(json));
  }
  return Answer::Of(std::move(folds));
}

Answer Server::Formatting(const Json& params) {
  const File* file = FileOf(params);
  if (file == nullptr) return NoPlace();
  return Answer::Of(
      ChangesToJson(Format(*file->index, IndentationAt(params)), file->index->lines()));
}

Answer Server::RangeFormatting(const Json& params) {
  const File* file = FileOf(params);
  const std::optional<Range> range = RangeAt(params, "range");
  if (file == nullptr || !range.has_value()) return NoPlace();
  // A selection of whole lines ends at the start of the next one.
  const bool is_whole = range->end.character == 0 && range->end.line > range->start.line;
  return Answer::Of(ChangesToJson(Format(*file->index, IndentationAt(params), range->start.line,
                                         is_whole ? range->end.line - 1 : range->end.line),
                                  file->index->lines()));
}

Answer Server::TokensOf(const Json& params, bool has_range) {
  const File* file = FileOf(params);
  if (file == nullptr) return NoPlace();
  const LineMap& lines = file->index->lines();
  Span span{0, std::numeric_limits<uint32_t>::max()};
  if (has_range) {
    const std::optional<Range> range = RangeAt(params, "range");
    if (!range.has_value()) return NoPlace();
    span = {lines.OffsetOf(range->start), lines.OffsetOf(range->end)};
  }
  return Answer::Of({{"data", EncodeTokens(lines, ClassifyTokens(workspace_, *file, span))}});
}

Answer Server::SemanticTokens(const Json& params) { return TokensOf(params, false); }
Answer Server::SemanticTokensRange(const Json& params) { return TokensOf(params, true); }

}  // namespace som::lsp
