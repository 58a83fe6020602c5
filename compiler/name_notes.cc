// See name_notes.h.
#include "compiler/name_notes.h"

#include <algorithm>

#include "absl/container/flat_hash_set.h"
#include "compiler/concat.h"

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

void CheckNames(const MethodNode& method, const FieldTable& fields, const SourceFile& source,
                Diagnostics* diagnostics) {
  for (const DoubtfulName& doubtful : method.doubtful_names) {
    const Name& name = doubtful.name;
    if (doubtful.is_repeated) {
      diagnostics->Add(source, name.begin,
                       Concat("Variable '", name.text, "' shadows another of the same name"));
    } else if (!fields.contains(name.text)) {
      diagnostics->Add(source, name.begin, Concat("No such field '", name.text, "' in class"));
    }
  }
}

}  // namespace som
