// See completion.h.
#include "vm/language_server/completion.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "compiler/ast.h"
#include "compiler/concat.h"
#include "vm/language_server/navigation.h"

namespace som::lsp {

namespace {

// More items than this are narrowed down by what has been typed.
constexpr size_t kMaxItems = 1000;
constexpr size_t kMaxSignatures = 10;
constexpr std::string_view kWords[] = {"self", "super", "nil", "true", "false"};

bool IsWordStart(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

// Whether the letters of `typed` occur in `name` in their order, whatever their case.
bool Matches(std::string_view name, std::string_view typed) {
  size_t at = 0;
  for (const char c : typed) {
    const auto lower = std::tolower(static_cast<unsigned char>(c));
    while (at < name.size() && std::tolower(static_cast<unsigned char>(name[at])) != lower) ++at;
    if (at == name.size()) return false;
    ++at;
  }
  return true;
}

// Selectors with a method of each, and how near that is to the receiver's class.
struct Candidate {
  MethodReference method;
  uint32_t distance = 0;
  uint32_t count = 0;
};
using Candidates = std::map<std::string_view, Candidate>;

Candidates AllSelectors(Workspace& workspace) {
  Candidates candidates;
  for (const File* file : workspace.Files()) {
    const absl::Span<const Method> methods = file->index->methods();
    for (uint32_t i = 0; i < methods.size(); ++i) {
      Candidate& candidate = candidates[methods[i].node->selector];
      if (candidate.count++ == 0) candidate.method = {file, i};
    }
  }
  return candidates;
}

Candidates SelectorsOf(const Workspace& workspace, ClassSideReference receiver) {
  Candidates candidates;
  uint32_t distance = 0;
  for (const ClassSideReference& side :
       workspace.LookupOrder(*receiver.file, receiver.class_side)) {
    const absl::Span<const Method> methods = side.file->index->methods();
    for (uint32_t i = 0; i < methods.size(); ++i) {
      if (methods[i].class_side != side.class_side) continue;
      const auto [entry, is_new] = candidates.try_emplace(methods[i].node->selector);
      if (is_new) entry->second = {{side.file, i}, distance, 1};
    }
    ++distance;
  }
  return candidates;
}

class Completer {
 public:
  Completer(Workspace& workspace, const File& file, uint32_t offset)
      : workspace_(workspace), file_(file), context_(ContextAt(workspace, file, offset)) {}

  CompletionList Run() {
    list_.replaced = context_.prefix;
    switch (context_.kind) {
      case CursorKind::kNothing:
        return std::move(list_);
      case CursorKind::kOperand:
        AddVariables();
        AddWords();
        AddClasses();
        break;
      case CursorKind::kMessage:
        AddSelectors();
        break;
      case CursorKind::kSymbol:
        for (const auto& [selector, candidate] : AllSelectors(workspace_))
          AddItem({std::string(selector), CompletionKind::kSymbol, "", std::string(selector), "",
                   candidate.method});
        break;
      case CursorKind::kSuperclass:
        AddClasses();
        break;
    }
    Narrow();
    return std::move(list_);
  }

 private:
  void AddItem(CompletionItem item) { list_.items.push_back(std::move(item)); }

  void AddVariables() {
    std::set<std::string_view> seen;
    for (size_t i = context_.visible.size(); i-- > 0;) {
      const ScopedName& name = context_.visible[i];
      if (!seen.insert(name.name).second) continue;
      AddItem({std::string(name.name),
               CompletionKind::kVariable,
               name.kind == VariableKind::kArgument ? "argument" : "local variable",
               std::string(name.name),
               "",
               {},
               0});
    }
    for (const ClassSideReference& side : workspace_.LookupOrder(file_, context_.class_side)) {
      for (const Declaration& field : side.file->index->declarations()) {
        if (field.kind != VariableKind::kField) break;
        if (field.class_side != side.class_side || !seen.insert(field.name).second) continue;
        AddItem({std::string(field.name),
                 CompletionKind::kField,
                 Concat("field of ", SideName(*side.file, side.class_side)),
                 std::string(field.name),
                 "",
                 {},
                 1});
      }
    }
  }

  void AddWords() {
    for (const std::string_view word : kWords)
      AddItem({std::string(word), CompletionKind::kWord, "", std::string(word), "", {}, 2});
    AddItem({"system", CompletionKind::kVariable, "global", "system", "", {}, 2});
  }

  void AddClasses() {
    std::set<std::string> seen;
    for (const File* file : workspace_.Files()) {
      std::string name = ClassNameOf(*file);
      if (name.empty() || !seen.insert(name).second) continue;
      std::string superclass = file->index->tree().superclass_name;
      AddItem(
          {name,
           CompletionKind::kClass,
           superclass.empty() || superclass == "nil" ? "class" : Concat("class, a ", superclass),
           name,
           "",
           {},
           3});
    }
  }

  void AddSelectors() {
    const OpenMessage& message = context_.message;
    const bool is_known = static_cast<bool>(context_.receiver);
    const Candidates candidates =
        is_known ? SelectorsOf(workspace_, context_.receiver) : AllSelectors(workspace_);
    // To an operand of an operator, or an argument, keyword messages cannot be sent directly.
    const bool unary_only = !message.keywords.empty();
    for (const auto& [selector, candidate] : candidates) {
      if (!IsWordStart(selector.front())) continue;
      const bool is_keyword = selector.ends_with(':');
      if (is_keyword && (unary_only || (context_.receiver_is_operand && is_known))) continue;
      AddSelector(selector, candidate, 0);
    }
    if (context_.receiver_is_operand && is_known && !unary_only) {
      for (const auto& [selector, candidate] : AllSelectors(workspace_)) {
        if (selector.ends_with(':')) AddSelector(selector, candidate, 0);
      }
    }
    if (unary_only) AddContinuations();
  }

  // Of a keyword message: what may follow the keywords that are there.
  void AddContinuations() {
    const OpenMessage& message = context_.message;
    const Candidates candidates =
        message.receiver ? SelectorsOf(workspace_, message.receiver) : AllSelectors(workspace_);
    for (const auto& [selector, candidate] : candidates) {
      if (selector.size() > message.typed.size() && selector.starts_with(message.typed))
        AddSelector(selector, candidate, message.keywords.size());
    }
  }

  // Its parts from `first` on.
  void AddSelector(std::string_view selector, const Candidate& candidate, size_t first) {
    CompletionItem item;
    item.kind = CompletionKind::kMethod;
    item.method = candidate.method;
    item.rank = first > 0 ? 0 : candidate.distance + 1;
    const Method& method = candidate.method.get();
    item.detail = candidate.count == 1 ? SideName(*candidate.method.file, method.class_side)
                                       : Concat(candidate.count, " implementors");
    const std::vector<std::string_view> parts = PartsOf(selector);
    for (size_t i = first; i < parts.size(); ++i) {
      item.label += parts[i];
      if (!selector.ends_with(':')) continue;
      const std::string_view separator = i == first ? "" : " ";
      item.text += Concat(separator, parts[i]);
      item.snippet += Concat(
          separator, parts[i], " ${", i - first + 1, ":",
          i < method.node->parameters.size() ? method.node->parameters[i].text : "argument", "}");
    }
    // Without places for arguments one goes on behind the first keyword.
    item.text = selector.ends_with(':') ? Concat(parts[first], " ") : item.label;
    AddItem(std::move(item));
  }

  void Narrow() {
    if (list_.items.size() <= kMaxItems) return;
    const std::string_view typed = file_.index->TextOfSpan(context_.prefix);
    list_.is_complete = false;
    std::erase_if(list_.items,
                  [&](const CompletionItem& item) { return !Matches(item.label, typed); });
    const auto order = [&](const CompletionItem& item) {
      return std::tuple(!absl::StartsWithIgnoreCase(item.label, std::string(typed)), item.rank,
                        std::string_view(item.label));
    };
    std::sort(
        list_.items.begin(), list_.items.end(),
        [&](const CompletionItem& a, const CompletionItem& b) { return order(a) < order(b); });
    if (list_.items.size() > kMaxItems) list_.items.resize(kMaxItems);
  }

  Workspace& workspace_;
  const File& file_;
  CursorContext context_;
  CompletionList list_;
};

Signature SignatureOf(const MethodReference& method) {
  Signature signature;
  signature.method = method;
  const MethodNode& node = *method.get().node;
  const std::vector<std::string_view> parts = PartsOf(node.selector);
  for (size_t i = 0; i < parts.size() && i < node.parameters.size(); ++i) {
    if (i > 0) signature.label += ' ';
    const auto begin = static_cast<uint32_t>(signature.label.size());
    signature.label += Concat(parts[i], " ", node.parameters[i].text);
    signature.parameters.push_back({begin, static_cast<uint32_t>(signature.label.size())});
  }
  return signature;
}

}  // namespace

std::vector<std::string_view> PartsOf(std::string_view selector) {
  std::vector<std::string_view> parts;
  while (!selector.empty()) {
    const size_t colon = std::min(selector.find(':'), selector.size() - 1);
    parts.push_back(selector.substr(0, colon + 1));
    selector.remove_prefix(colon + 1);
  }
  return parts;
}

std::string PatternOf(const MethodReference& method) {
  const MethodNode& node = *method.get().node;
  if (node.parameters.empty()) return std::string(node.selector);
  return SignatureOf(method).label;
}

CompletionList Complete(Workspace& workspace, const File& file, uint32_t offset) {
  return Completer(workspace, file, offset).Run();
}

Signatures SignaturesAt(Workspace& workspace, const File& file, uint32_t offset) {
  Signatures result;
  const CursorContext context = ContextAt(workspace, file, offset);
  const OpenMessage& message = context.message;
  if (message.keywords.empty()) return result;
  const Candidates candidates =
      message.receiver ? SelectorsOf(workspace, message.receiver) : AllSelectors(workspace);
  for (auto it = candidates.lower_bound(message.typed);
       it != candidates.end() && it->first.starts_with(message.typed) &&
       result.signatures.size() < kMaxSignatures;
       ++it) {
    if (it->first == message.complete) result.active = result.signatures.size();
    result.signatures.push_back(SignatureOf(it->second.method));
  }
  result.active_parameter = message.keywords.size() - 1;
  return result;
}

}  // namespace som::lsp
