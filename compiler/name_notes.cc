// See name_notes.h.
#include "compiler/name_notes.h"

#include <algorithm>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "compiler/concat.h"
#include "compiler/similar_names.h"
#include "compiler/tree_walk.h"

namespace som {

void NameNotes::Start() {
  visible_.clear();
  later_.clear();
  doubtful_.clear();
}

void NameNotes::Declare(absl::Span<const Name> names) {
  absl::flat_hash_set<std::string_view> seen;  // of many names
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = names[i].text;
    const bool repeated =
        names.size() > kFew
            ? !seen.insert(name).second
            : std::any_of(names.begin(), names.begin() + static_cast<ptrdiff_t>(i),
                          [name](const Name& earlier) { return earlier.text == name; });
    if (repeated) doubtful_.push_back({names[i], /*is_repeated=*/true});
    if (visible_.size() >= kFew) ++later_[name];
    visible_.push_back(name);
  }
}

void NameNotes::Undeclare(absl::Span<const Name> names) {
  for (size_t i = 0; i < names.size(); ++i) {
    const std::string_view name = visible_.back();
    visible_.pop_back();
    if (visible_.size() < kFew) continue;
    if (const auto entry = later_.find(name); --entry->second == 0) later_.erase(entry);
  }
}

void NameNotes::Assign(const Name& name) {
  if (!IsVisible(name.text)) doubtful_.push_back({name, /*is_repeated=*/false});
}

bool NameNotes::IsVisible(std::string_view name) const {
  const size_t few = std::min(visible_.size(), kFew);
  for (size_t i = few; i-- > 0;) {
    if (visible_[i] == name) return true;
  }
  return later_.contains(name);
}

namespace {

// So many errors have hints: each walks through the method.
constexpr size_t kMaxHinted = 25;

// What an unknown name may stand for, or how to make it known.
std::string HintForName(const MethodNode& method, const FieldTable& fields, const Name& unknown) {
  std::vector<std::string> visible;
  const auto add = [&visible](absl::Span<const Name> names) {
    for (const Name& name : names) visible.emplace_back(name.text);
  };
  add(method.parameters);
  add(method.body.locals);
  FindExpression(method, [&](const Expression& expression) {
    if (expression.kind == ExpressionKind::kBlock && expression.begin <= unknown.begin &&
        unknown.begin < expression.end) {
      add(As<BlockExpression>(&expression)->parameters);
      add(As<BlockExpression>(&expression)->body.locals);
    }
    return false;
  });
  for (const auto& [field, index] : fields) visible.emplace_back(field);
  const std::vector<std::string> like = NamesLike(unknown.text, visible);
  if (!like.empty()) return Concat("Did you mean ", like.front(), "?");
  return Concat("Declare it where the method begins, | ", unknown.text,
                " |, or as a field of the class.");
}

}  // namespace

void CheckNames(const MethodNode& method, const FieldTable& fields, const SourceFile& source,
                Diagnostics* diagnostics) {
  for (const DoubtfulName& doubtful : method.doubtful_names) {
    const Name& name = doubtful.name;
    if (doubtful.is_repeated) {
      diagnostics->Add(source, name.begin,
                       Concat("Variable '", name.text, "' shadows another of the same name"));
    } else if (!fields.contains(name.text)) {
      const bool hints = diagnostics->size() < kMaxHinted;
      diagnostics->Add(source, name.begin, name.begin + static_cast<uint32_t>(name.text.size()),
                       Concat("No such field '", name.text, "' in class"),
                       hints ? HintForName(method, fields, name) : "");
    }
  }
}

}  // namespace som
