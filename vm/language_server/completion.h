// What a word may become, and which messages the one at hand may be.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/language_server/cursor_context.h"

namespace som::lsp {

enum class CompletionKind : uint8_t { kMethod, kVariable, kField, kClass, kWord, kSymbol };

struct CompletionItem {
  std::string label;
  CompletionKind kind;
  std::string detail;
  std::string text;        // to insert
  std::string snippet;     // the same with places for arguments; empty if there are none
  MethodReference method;  // one of those that it may be
  uint32_t rank = 0;       // smaller ones first
};

struct CompletionList {
  Span replaced;
  std::vector<CompletionItem> items;
  bool is_complete = true;  // typing on can only take items away
};

// Selectors by what is known of the receiver, else all; variables, globals, words of the language.
CompletionList Complete(Workspace& workspace, const File& file, uint32_t offset);

struct Signature {
  MethodReference method;
  std::string label;
  std::vector<Span> parameters;  // in the label
};

struct Signatures {
  std::vector<Signature> signatures;  // empty: no keyword message is being written here
  size_t active = 0;
  size_t active_parameter = 0;
};

Signatures SignaturesAt(Workspace& workspace, const File& file, uint32_t offset);

// "at: index put: value"
std::string PatternOf(const MethodReference& method);
// The keywords of a selector; itself if it has none.
std::vector<std::string_view> PartsOf(std::string_view selector);

}  // namespace som::lsp
