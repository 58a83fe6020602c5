// The variables of one method as its tokens tell: for methods that cannot be parsed, and for the
// one that is being written. What can be parsed is indexed from the syntax tree (file_index.h).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/types/span.h"
#include "compiler/lexer.h"
#include "compiler/source.h"
#include "vm/language_server/positions.h"

namespace som::lsp {

enum class VariableKind : uint8_t { kField, kArgument, kLocal };

// A declared name and where it is visible.
struct ScopedName {
  std::string_view name;
  Span span;
  VariableKind kind = VariableKind::kLocal;
  Span scope;
};

struct NameUse {
  Span span;
  uint32_t name = 0;  // number of the declared one; kFree: of none
  bool is_write = false;

  static constexpr uint32_t kFree = ~uint32_t{0};
};

struct TokenScopes {
  std::vector<ScopedName> names;
  std::vector<NameUse> uses;  // declarations not included
};

// `tokens`: those of a method from its pattern on, or of its beginning.
TokenScopes ScanScopes(const SourceFile& source, absl::Span<const Token> tokens);

}  // namespace som::lsp
