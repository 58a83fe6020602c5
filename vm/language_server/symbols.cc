// See symbols.h.
#include "vm/language_server/symbols.h"

#include <algorithm>
#include <cctype>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "compiler/ast.h"
#include "vm/language_server/completion.h"
#include "vm/language_server/navigation.h"

namespace som::lsp {

namespace {

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

// How badly `query` fits: 0 the name itself, 1 its beginning, 2 a part of it, 3 its letters in
// order; 4: not at all.
constexpr int kNoMatch = 4;
int Misfit(std::string_view name, std::string_view query) {
  const std::string text(name);
  const std::string wanted(query);
  if (absl::EqualsIgnoreCase(text, wanted)) return 0;
  if (absl::StartsWithIgnoreCase(text, wanted)) return 1;
  const auto same = [](char a, char b) { return Lower(a) == Lower(b); };
  if (std::search(name.begin(), name.end(), query.begin(), query.end(), same) != name.end())
    return 2;
  size_t at = 0;
  for (const char c : name) {
    if (at < query.size() && same(c, query[at])) ++at;
  }
  return at == query.size() ? 3 : kNoMatch;
}

SymbolNode MethodNodeOf(const File& file, uint32_t number) {
  const Method& method = file.index->methods()[number];
  SymbolNode symbol;
  symbol.name = method.node->selector;
  symbol.detail = method.node->parameters.empty() ? "" : PatternOf({&file, number});
  symbol.kind = SymbolKind::kMethod;
  symbol.all = {method.node->begin, std::max(method.node->end, method.pattern.end)};
  symbol.name_span = method.pattern;
  return symbol;
}

}  // namespace

std::vector<SymbolNode> Outline(const File& file) {
  const FileIndex& index = *file.index;
  const ClassNode& tree = index.tree();
  if (tree.name.empty()) return {};
  SymbolNode root;
  root.name = tree.name;
  root.detail = tree.superclass_name;
  root.kind = SymbolKind::kClass;
  root.name_span = ClassNameSpan(file);
  const uint32_t end = index.tokens().empty() ? root.name_span.end : index.tokens().back().end;
  root.all = {root.name_span.begin, end};
  SymbolNode class_side;
  class_side.name = tree.name + " class";
  class_side.kind = SymbolKind::kClassSide;
  for (const Declaration& field : index.declarations()) {
    if (field.kind != VariableKind::kField) break;
    SymbolNode symbol{std::string(field.name), "", SymbolKind::kField, field.span, field.span, {}};
    (field.class_side ? class_side : root).children.push_back(std::move(symbol));
  }
  for (uint32_t i = 0; i < index.methods().size(); ++i) {
    const bool is_class_side = index.methods()[i].class_side;
    (is_class_side ? class_side : root).children.push_back(MethodNodeOf(file, i));
  }
  if (!class_side.children.empty()) {
    const SymbolNode& first = class_side.children.front();
    class_side.all = {first.all.begin, first.all.end};
    for (const SymbolNode& child : class_side.children)
      class_side.all.end = std::max(class_side.all.end, child.all.end);
    class_side.name_span = first.name_span;
    root.children.push_back(std::move(class_side));
  }
  std::vector<SymbolNode> outline;
  outline.push_back(std::move(root));
  return outline;
}

std::vector<FoundSymbol> FindSymbols(Workspace& workspace, std::string_view query, size_t limit) {
  std::vector<std::pair<int, FoundSymbol>> found;
  const auto consider = [&](std::string_view name, auto make) {
    const int misfit = Misfit(name, query);
    if (misfit != kNoMatch) found.emplace_back(misfit, make());
  };
  for (const File* file : workspace.Files()) {
    const FileIndex& index = *file->index;
    if (!index.tree().name.empty()) {
      consider(index.tree().name, [&] {
        return FoundSymbol{file, index.tree().name, "", SymbolKind::kClass, ClassNameSpan(*file)};
      });
    }
    for (const Declaration& field : index.declarations()) {
      if (field.kind != VariableKind::kField) break;
      consider(field.name, [&] {
        return FoundSymbol{file, std::string(field.name), SideName(*file, field.class_side),
                           SymbolKind::kField, field.span};
      });
    }
    for (const Method& method : index.methods()) {
      consider(method.node->selector, [&] {
        return FoundSymbol{file, std::string(method.node->selector),
                           SideName(*file, method.class_side), SymbolKind::kMethod,
                           method.parts.front()};
      });
    }
  }
  const auto order = [](const std::pair<int, FoundSymbol>& entry) {
    return std::tuple(entry.first, std::string_view(entry.second.name),
                      std::string_view(entry.second.file->uri), entry.second.span.begin);
  };
  std::sort(found.begin(), found.end(),
            [&](const auto& a, const auto& b) { return order(a) < order(b); });
  std::vector<FoundSymbol> symbols;
  symbols.reserve(std::min(limit, found.size()));
  for (auto& [misfit, symbol] : found) {
    if (symbols.size() == limit) break;
    symbols.push_back(std::move(symbol));
  }
  return symbols;
}

}  // namespace som::lsp
