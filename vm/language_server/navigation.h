// From a place to what it names, and from there to all places that name the same: definitions,
// references, implementors, highlights.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "vm/language_server/workspace.h"

namespace som::lsp {

struct Location {
  const File* file;
  Span span;

  friend bool operator==(const Location&, const Location&) = default;
};

enum class EntityKind : uint8_t { kNothing, kVariable, kField, kGlobal, kSelector };

// What a place names.
struct Entity {
  EntityKind kind = EntityKind::kNothing;
  Span span;                               // of the name at that place
  std::string_view name;                   // of the variable or the selector
  const File* file = nullptr;              // that declares it, or the class; null for other globals
  uint32_t declaration = kNone;            // of a variable or a field
  const Occurrence* occurrence = nullptr;  // at that place
};

Entity EntityAt(const Workspace& workspace, const File& file, uint32_t offset);
// `occurrence` is one of `file`.
Entity EntityOf(const Workspace& workspace, const File& file, const Occurrence& occurrence);

// For a selector all its implementors, first the one that the message at hand finds; that one alone
// for a message to super, to a class, or to a literal. `self` leads to the class, `super` to the
// superclass.
std::vector<Location> Definitions(Workspace& workspace, const File& file, uint32_t offset);
// For a selector its senders, for a class all mentions of its name.
std::vector<Location> References(Workspace& workspace, const File& file, uint32_t offset,
                                 bool include_declarations);
// All places of an entity, declarations included.
std::vector<Location> Places(Workspace& workspace, const Entity& entity, bool include_declarations);
// For a selector its implementors, for a class its direct subclasses.
std::vector<Location> Implementations(Workspace& workspace, const File& file, uint32_t offset);

struct Highlight {
  Span span;
  bool is_write;
};
// The places in the same file that name the same.
std::vector<Highlight> Highlights(const Workspace& workspace, const File& file, uint32_t offset);

std::vector<MethodReference> Implementors(Workspace& workspace, std::string_view selector);
// Where a file names its class; its beginning if it does not.
Span ClassNameSpan(const File& file);

}  // namespace som::lsp
