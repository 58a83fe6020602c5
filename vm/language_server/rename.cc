// See rename.h.
#include "vm/language_server/rename.h"

#include <algorithm>
#include <optional>

#include "compiler/ast.h"
#include "compiler/concat.h"

namespace som::lsp {

namespace {

bool IsIdentifier(std::string_view name) {
  const SourceFile source("", std::string(name));
  const std::vector<Token> tokens = Tokenize(source);
  return tokens.size() == 2 && tokens.front().kind == TokenKind::kIdentifier &&
         tokens.front().begin == 0 && tokens.front().end == name.size();
}

bool Includes(Span outer, uint32_t offset) { return outer.begin <= offset && offset < outer.end; }

// The innermost variable of that name that a method declares and that is visible at `offset`.
const Declaration* VisibleAt(const FileIndex& index, std::string_view name, uint32_t method,
                             uint32_t offset) {
  const Declaration* innermost = nullptr;
  for (const Declaration& declaration : index.declarations()) {
    if (declaration.method != method || declaration.name != name ||
        !Includes(declaration.scope, offset))
      continue;
    if (innermost == nullptr || declaration.scope.begin >= innermost->scope.begin)
      innermost = &declaration;
  }
  return innermost;
}

class Renamer {
 public:
  Renamer(Workspace& workspace, const Entity& entity) : workspace_(workspace), entity_(entity) {}

  // Why no name can be given; empty if one can.
  std::string CheckEntity() {
    switch (entity_.kind) {
      case EntityKind::kVariable: {
        const Declaration& variable = Declared();
        if (entity_.file->index->methods()[variable.method].node->is_damaged)
          return "The method has syntax errors; correct them first.";
        return "";
      }
      case EntityKind::kField:
        return CheckFieldFiles();
      default:
        return "Only variables can be renamed: fields, arguments and local variables.";
    }
  }

  std::string CheckName(std::string_view name) {
    if (!IsIdentifier(name)) return Concat("'", name, "' is no name of a variable.");
    if (IsReserved(name)) return Concat("'", name, "' is a word of the language.");
    if (name == entity_.name) return "";
    return entity_.kind == EntityKind::kField ? CheckFieldName(name) : CheckLocalName(name);
  }

 private:
  const Declaration& Declared() const {
    return entity_.file->index->declarations()[entity_.declaration];
  }

  // The classes whose methods see the field, with the side that does.
  std::vector<ClassSideReference> Family() const {
    std::vector<ClassSideReference> family;
    for (const File* file : workspace_.Files()) {
      for (const bool class_side : {false, true}) {
        for (const ClassSideReference& side : workspace_.LookupOrder(*file, class_side)) {
          if (side.file != entity_.file || side.class_side != Declared().class_side) continue;
          family.push_back({file, class_side});
          break;
        }
      }
    }
    return family;
  }

  std::string CheckFieldFiles() const {
    if (!workspace_.folders().empty() && !entity_.file->is_in_folder)
      return Concat(ClassNameOf(*entity_.file), " does not belong to the workspace.");
    for (const ClassSideReference& side : Family()) {
      if (side.file->index->IsDamaged())
        return Concat(ClassNameOf(*side.file), " has syntax errors; correct them first.");
    }
    return "";
  }

  std::string CheckFieldName(std::string_view name) const {
    if (const Field other = workspace_.FieldNamed(name, *entity_.file, Declared().class_side))
      return Concat("There is a field '", name, "' in ", ClassNameOf(*other.file), ".");
    for (const ClassSideReference& side : Family()) {
      const FileIndex& index = *side.file->index;
      if (index.FieldNamed(name, side.class_side) != kNone)
        return Concat("There is a field '", name, "' in ", ClassNameOf(*side.file), ".");
      for (const uint32_t number : index.NamesLike(name)) {
        const Occurrence& mention = index.occurrences()[number];
        if (mention.method == kNone ||
            index.methods()[mention.method].class_side != side.class_side)
          continue;
        return Concat("'", name, "' means a global in ", MethodName(side, mention.method),
                      ", and would mean the field.");
      }
      for (const uint32_t number : index.NamesLike(entity_.name)) {
        const Occurrence& mention = index.occurrences()[number];
        if (mention.method == kNone ||
            index.methods()[mention.method].class_side != side.class_side)
          continue;
        if (VisibleAt(index, name, mention.method, mention.span.begin) != nullptr)
          return Concat("The method ", MethodName(side, mention.method), " has a variable '", name,
                        "' that would hide the field.");
      }
    }
    return "";
  }

  std::string MethodName(const ClassSideReference& side, uint32_t method) const {
    return Concat(SideName(*side.file, side.class_side), ">>",
                  side.file->index->methods()[method].node->selector);
  }

  std::string CheckLocalName(std::string_view name) const {
    const FileIndex& index = *entity_.file->index;
    const Declaration& variable = Declared();
    for (const Occurrence& occurrence : index.occurrences()) {
      if (occurrence.method != variable.method) continue;
      const bool is_variable = occurrence.kind == OccurrenceKind::kVariable;
      if (is_variable && occurrence.target == entity_.declaration) {
        // At the declaration itself the scopes around the variable's own count, too.
        const Declaration* other = VisibleAt(index, name, variable.method, occurrence.span.begin);
        if (other != nullptr && other->scope.begin >= variable.scope.begin)
          return Concat("There is a variable '", name, "' already.");
        continue;
      }
      const bool is_name = is_variable || occurrence.kind == OccurrenceKind::kName;
      if (!is_name || index.TextOfSpan(occurrence.span) != name) continue;
      if (occurrence.is_declaration) {
        const Span scope = index.declarations()[occurrence.target].scope;
        if (scope == variable.scope) return Concat("There is a variable '", name, "' already.");
        continue;
      }
      // It would mean the renamed variable unless something further inside declares it.
      if (!Includes(variable.scope, occurrence.span.begin)) continue;
      const Declaration* now = is_variable ? &index.declarations()[occurrence.target] : nullptr;
      if (now == nullptr || now->scope.begin < variable.scope.begin)
        return Concat("'", name,
                      "' means something else in the method, and would mean the "
                      "renamed variable.");
    }
    return "";
  }

  Workspace& workspace_;
  const Entity& entity_;
};

}  // namespace

Renaming PrepareRename(Workspace& workspace, const File& file, uint32_t offset) {
  const Entity entity = EntityAt(workspace, file, offset);
  Renaming renaming;
  renaming.refusal = Renamer(workspace, entity).CheckEntity();
  if (renaming.refusal.empty()) renaming.places.push_back({&file, entity.span});
  return renaming;
}

Renaming Rename(Workspace& workspace, const File& file, uint32_t offset,
                std::string_view new_name) {
  const Entity entity = EntityAt(workspace, file, offset);
  Renaming renaming;
  Renamer renamer(workspace, entity);
  renaming.refusal = renamer.CheckEntity();
  if (renaming.refusal.empty()) renaming.refusal = renamer.CheckName(new_name);
  if (renaming.refusal.empty()) renaming.places = Places(workspace, entity, true);
  return renaming;
}

}  // namespace som::lsp
