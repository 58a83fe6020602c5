// The outline of a file, and the symbols of all files.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/language_server/workspace.h"

namespace som::lsp {

enum class SymbolKind : uint8_t { kClass, kClassSide, kField, kMethod };

struct SymbolNode {
  std::string name;
  std::string detail;
  SymbolKind kind;
  Span all;
  Span name_span;  // lies in `all`
  std::vector<SymbolNode> children;
};

// The class, with its fields, its methods, and below its class side those of that. Empty if there
// is no class.
std::vector<SymbolNode> Outline(const File& file);

struct FoundSymbol {
  const File* file;
  std::string name;
  std::string container;
  SymbolKind kind;
  Span span;
};

// Classes, fields and methods whose names contain the letters of `query` in this order; those first
// that begin with it. Not more than `limit`.
std::vector<FoundSymbol> FindSymbols(Workspace& workspace, std::string_view query, size_t limit);

}  // namespace som::lsp
