// See hover.h.
#include "vm/language_server/hover.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "compiler/ast.h"
#include "compiler/concat.h"
#include "vm/language_server/completion.h"
#include "vm/language_server/receivers.h"

namespace som::lsp {

namespace {

// So many implementors are shown in full, so many more by name.
constexpr size_t kMaxShown = 3;
constexpr size_t kMaxNamed = 12;

std::string Code(std::string_view text) { return Concat("```som\n", text, "\n```"); }

std::string WithComment(std::string text, std::string_view comment) {
  const std::string shown = CommentText(comment);
  return shown.empty() ? std::move(text) : Concat(text, "\n\n", shown);
}

std::string DescribeClass(const File& file) {
  const std::string& superclass = file.index->tree().superclass_name;
  return WithComment(Code(superclass == "nil" || superclass.empty()
                              ? ClassNameOf(file)
                              : Concat(ClassNameOf(file), " = ", superclass)),
                     file.index->ClassComment());
}

std::string DescribeVariable(const Entity& entity) {
  const Declaration& declaration = entity.file->index->declarations()[entity.declaration];
  switch (declaration.kind) {
    case VariableKind::kField:
      return Concat(Code(declaration.name), "\n\nField of ",
                    SideName(*entity.file, declaration.class_side), ".");
    case VariableKind::kArgument:
      return Concat(Code(declaration.name), "\n\nArgument.");
    case VariableKind::kLocal:
      return Concat(Code(declaration.name), "\n\nLocal variable.");
  }
  return "";
}

std::string DescribeSelector(Workspace& workspace, const File& file, const Entity& entity) {
  const Occurrence& occurrence = *entity.occurrence;
  if (occurrence.kind == OccurrenceKind::kPattern)
    return DescribeMethod({&file, occurrence.target});
  if (occurrence.kind == OccurrenceKind::kMessage) {
    const ClassSideReference receiver =
        ReceiverOf(workspace, file, file.index->sends()[occurrence.target]);
    if (receiver) {
      if (const MethodReference found = workspace.Lookup(entity.name, receiver))
        return DescribeMethod(found);
    }
  }
  const std::vector<MethodReference> implementors = Implementors(workspace, entity.name);
  if (implementors.empty()) {
    // Nothing is said of a symbol that is no selector.
    if (occurrence.kind == OccurrenceKind::kSymbol) return "";
    return Concat(Code(entity.name), "\n\nNo class implements it.");
  }
  std::string text;
  for (size_t i = 0; i < std::min(kMaxShown, implementors.size()); ++i)
    text += Concat(i == 0 ? "" : "\n\n---\n\n", DescribeMethod(implementors[i]));
  if (implementors.size() <= kMaxShown) return text;
  text += "\n\n---\n\nAlso in ";
  for (size_t i = kMaxShown; i < std::min(kMaxNamed, implementors.size()); ++i)
    text += Concat(i == kMaxShown ? "" : ", ",
                   SideName(*implementors[i].file, implementors[i].get().class_side));
  if (implementors.size() > kMaxNamed)
    text += Concat(" and ", implementors.size() - kMaxNamed, " more");
  return text + ".";
}

}  // namespace

std::string CommentText(std::string_view comment) {
  std::string text;
  for (const absl::string_view line : absl::StrSplit(std::string(comment), '\n')) {
    if (!text.empty()) text += '\n';
    text += std::string(absl::StripAsciiWhitespace(line));
  }
  absl::StripAsciiWhitespace(&text);
  return text;
}

std::string DescribeMethod(const MethodReference& method) {
  const bool is_primitive = method.get().node->is_primitive;
  return WithComment(Code(Concat(SideName(*method.file, method.get().class_side), " >> ",
                                 PatternOf(method), is_primitive ? " = primitive" : "")),
                     method.file->index->CommentOf(method.get()));
}

Hover HoverAt(Workspace& workspace, const File& file, uint32_t offset) {
  const Entity entity = EntityAt(workspace, file, offset);
  Hover hover{entity.span, ""};
  switch (entity.kind) {
    case EntityKind::kNothing:
      break;
    case EntityKind::kVariable:
    case EntityKind::kField:
      hover.text = DescribeVariable(entity);
      break;
    case EntityKind::kGlobal:
      hover.text = entity.file != nullptr ? DescribeClass(*entity.file)
                                          : Concat(Code(entity.name), "\n\nGlobal.");
      break;
    case EntityKind::kSelector:
      hover.text = DescribeSelector(workspace, file, entity);
      break;
  }
  return hover;
}

}  // namespace som::lsp
