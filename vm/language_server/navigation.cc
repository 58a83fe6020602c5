// See navigation.h.
#include "vm/language_server/navigation.h"

#include <algorithm>
#include <optional>

#include "compiler/ast.h"
#include "vm/language_server/receivers.h"

namespace som::lsp {

namespace {

bool IsSide(const FileIndex& index, const Occurrence& occurrence, bool class_side) {
  return occurrence.method != kNone && index.methods()[occurrence.method].class_side == class_side;
}

Location NameOf(const MethodReference& method) { return {method.file, method.get().parts.front()}; }

void AddClass(const File* file, std::vector<Location>* locations) {
  if (file != nullptr) locations->push_back({file, ClassNameSpan(*file)});
}

void AddFieldPlaces(Workspace& workspace, const Entity& entity, bool include_declarations,
                    std::vector<Location>* places) {
  const Declaration& field = entity.file->index->declarations()[entity.declaration];
  if (include_declarations) places->push_back({entity.file, field.span});
  for (const File* file : workspace.Files()) {
    const FileIndex& index = *file->index;
    const absl::Span<const uint32_t> mentions = index.NamesLike(entity.name);
    if (mentions.empty()) continue;
    const Field wanted{entity.file, entity.declaration};
    const bool on_side[] = {workspace.FieldNamed(entity.name, *file, false) == wanted,
                            workspace.FieldNamed(entity.name, *file, true) == wanted};
    for (const uint32_t number : mentions) {
      const Occurrence& mention = index.occurrences()[number];
      if (mention.method == kNone) continue;
      if (on_side[IsSide(index, mention, true) ? 1 : 0]) places->push_back({file, mention.span});
    }
  }
}

void AddGlobalPlaces(Workspace& workspace, const Entity& entity, bool include_declarations,
                     std::vector<Location>* places) {
  if (include_declarations) AddClass(entity.file, places);
  for (const File* file : workspace.Files()) {
    const FileIndex& index = *file->index;
    const absl::Span<const uint32_t> mentions = index.NamesLike(entity.name);
    if (mentions.empty() || workspace.ClassNamed(entity.name, *file) != entity.file) continue;
    const bool is_field[] = {static_cast<bool>(workspace.FieldNamed(entity.name, *file, false)),
                             static_cast<bool>(workspace.FieldNamed(entity.name, *file, true))};
    for (const uint32_t number : mentions) {
      const Occurrence& mention = index.occurrences()[number];
      if (mention.kind == OccurrenceKind::kSuperclass ||
          !is_field[IsSide(index, mention, true) ? 1 : 0])
        places->push_back({file, mention.span});
    }
  }
}

}  // namespace

Span ClassNameSpan(const File& file) {
  for (const Occurrence& occurrence : file.index->occurrences()) {
    if (occurrence.kind == OccurrenceKind::kClass) return occurrence.span;
  }
  return {};
}

Entity EntityOf(const Workspace& workspace, const File& file, const Occurrence& occurrence) {
  const FileIndex& index = *file.index;
  Entity entity;
  entity.span = occurrence.span;
  entity.occurrence = &occurrence;
  entity.name = index.TextOfSpan(occurrence.span);
  entity.file = &file;
  switch (occurrence.kind) {
    case OccurrenceKind::kField:
      entity.kind = EntityKind::kField;
      entity.declaration = occurrence.target;
      break;
    case OccurrenceKind::kVariable:
      entity.kind = EntityKind::kVariable;
      entity.declaration = occurrence.target;
      break;
    case OccurrenceKind::kName: {
      const bool class_side = IsSide(index, occurrence, true);
      if (const Field field = workspace.FieldNamed(entity.name, file, class_side)) {
        entity.kind = EntityKind::kField;
        entity.file = field.file;
        entity.declaration = field.declaration;
        break;
      }
      [[fallthrough]];
    }
    case OccurrenceKind::kSuperclass:
      entity.kind = EntityKind::kGlobal;
      entity.file = workspace.ClassNamed(entity.name, file);
      break;
    case OccurrenceKind::kClass:
      entity.kind = EntityKind::kGlobal;
      break;
    case OccurrenceKind::kMessage:
    case OccurrenceKind::kPattern:
    case OccurrenceKind::kSymbol:
      entity.kind = EntityKind::kSelector;
      entity.name = index.SelectorOf(occurrence);
      break;
  }
  return entity;
}

Entity EntityAt(const Workspace& workspace, const File& file, uint32_t offset) {
  const Occurrence* occurrence = file.index->OccurrenceAt(offset);
  if (occurrence == nullptr) return {};
  return EntityOf(workspace, file, *occurrence);
}

std::vector<MethodReference> Implementors(Workspace& workspace, std::string_view selector) {
  std::vector<MethodReference> implementors;
  for (const File* file : workspace.Files()) {
    const absl::Span<const uint32_t> found = file->index->MethodsNamed(selector);
    implementors.reserve(implementors.size() + found.size());
    for (const uint32_t method : found) implementors.push_back({file, method});
  }
  return implementors;
}

namespace {

// `self` and `super` at `offset`.
std::vector<Location> DefinitionsOfWord(const Workspace& workspace, const File& file,
                                        uint32_t offset) {
  std::vector<Location> definitions;
  const FileIndex& index = *file.index;
  for (const Token& token : index.tokens()) {
    if (token.begin > offset) break;
    if (token.kind != TokenKind::kIdentifier || token.end < offset) continue;
    const std::string_view word = TextOf(index.source(), token);
    if (word == "self") AddClass(&file, &definitions);
    if (word == "super") AddClass(workspace.SuperclassOf(file), &definitions);
  }
  return definitions;
}

// Whether the receiver's class is known, and no subclass of it can be meant: with several answers,
// an editor asks which one.
bool IsExactly(const Expression& receiver, ClassSideReference type) {
  switch (receiver.kind) {
    case ExpressionKind::kSuper:
    case ExpressionKind::kNil:
    case ExpressionKind::kTrue:
    case ExpressionKind::kFalse:
    case ExpressionKind::kLiteral:
    case ExpressionKind::kBlock:
      return true;
    case ExpressionKind::kVariable:
      return type.class_side && As<VariableExpression>(&receiver)->name == ClassNameOf(*type.file);
    default:
      return false;
  }
}

std::vector<Location> DefinitionsOfSelector(Workspace& workspace, const File& file,
                                            const Entity& entity) {
  std::vector<Location> definitions;
  MethodReference found;
  if (entity.occurrence->kind == OccurrenceKind::kMessage) {
    const Send& send = file.index->sends()[entity.occurrence->target];
    if (const ClassSideReference receiver = ReceiverOf(workspace, file, send)) {
      found = workspace.Lookup(entity.name, receiver);
      if (found) definitions.push_back(NameOf(found));
      if (found && IsExactly(*send.node->receiver, receiver)) return definitions;
    }
  }
  for (const MethodReference& method : Implementors(workspace, entity.name)) {
    if (definitions.empty() || NameOf(method) != definitions.front())
      definitions.push_back(NameOf(method));
  }
  return definitions;
}

}  // namespace

std::vector<Location> Definitions(Workspace& workspace, const File& file, uint32_t offset) {
  const Entity entity = EntityAt(workspace, file, offset);
  std::vector<Location> definitions;
  switch (entity.kind) {
    case EntityKind::kNothing:
      return DefinitionsOfWord(workspace, file, offset);
    case EntityKind::kVariable:
    case EntityKind::kField:
      definitions.push_back(
          {entity.file, entity.file->index->declarations()[entity.declaration].span});
      break;
    case EntityKind::kGlobal:
      AddClass(entity.file, &definitions);
      break;
    case EntityKind::kSelector:
      return DefinitionsOfSelector(workspace, file, entity);
  }
  return definitions;
}

std::vector<Location> Places(Workspace& workspace, const Entity& entity,
                             bool include_declarations) {
  std::vector<Location> places;
  switch (entity.kind) {
    case EntityKind::kNothing:
      break;
    case EntityKind::kVariable:
      for (const Occurrence& occurrence : entity.file->index->occurrences()) {
        if (occurrence.kind != OccurrenceKind::kVariable ||
            occurrence.target != entity.declaration ||
            (occurrence.is_declaration && !include_declarations))
          continue;
        places.push_back({entity.file, occurrence.span});
      }
      break;
    case EntityKind::kField:
      AddFieldPlaces(workspace, entity, include_declarations, &places);
      break;
    case EntityKind::kGlobal:
      AddGlobalPlaces(workspace, entity, include_declarations, &places);
      break;
    case EntityKind::kSelector:
      if (include_declarations) {
        for (const MethodReference& method : Implementors(workspace, entity.name))
          places.push_back(NameOf(method));
      }
      for (const File* file : workspace.Files()) {
        const absl::Span<const uint32_t> sends = file->index->SendsOf(entity.name);
        places.reserve(places.size() + sends.size());
        for (const uint32_t send : sends) {
          const absl::Span<const Span> parts = file->index->sends()[send].parts;
          if (!parts.empty()) places.push_back({file, parts.front()});
        }
      }
      break;
  }
  return places;
}

std::vector<Location> References(Workspace& workspace, const File& file, uint32_t offset,
                                 bool include_declarations) {
  return Places(workspace, EntityAt(workspace, file, offset), include_declarations);
}

std::vector<Location> Implementations(Workspace& workspace, const File& file, uint32_t offset) {
  const Entity entity = EntityAt(workspace, file, offset);
  std::vector<Location> found;
  if (entity.kind == EntityKind::kSelector) {
    for (const MethodReference& method : Implementors(workspace, entity.name))
      found.push_back(NameOf(method));
  } else if (entity.kind == EntityKind::kGlobal && entity.file != nullptr) {
    for (const File* other : workspace.Files()) {
      if (workspace.SuperclassOf(*other) == entity.file) AddClass(other, &found);
    }
  }
  return found;
}

std::vector<Highlight> Highlights(const Workspace& workspace, const File& file, uint32_t offset) {
  const Entity wanted = EntityAt(workspace, file, offset);
  std::vector<Highlight> highlights;
  if (wanted.kind == EntityKind::kNothing) return highlights;
  for (const Occurrence& occurrence : file.index->occurrences()) {
    // Most occurrences are of another kind or name: not each is resolved.
    if (wanted.kind != EntityKind::kSelector &&
        file.index->TextOfSpan(occurrence.span) != wanted.name)
      continue;
    const Entity entity = EntityOf(workspace, file, occurrence);
    if (entity.kind != wanted.kind || entity.name != wanted.name) continue;
    if (wanted.kind != EntityKind::kSelector &&
        (entity.file != wanted.file || entity.declaration != wanted.declaration))
      continue;
    highlights.push_back({occurrence.span, occurrence.is_write || occurrence.is_declaration});
  }
  return highlights;
}

}  // namespace som::lsp
