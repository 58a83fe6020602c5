// See similar_names.h.
#include "compiler/similar_names.h"

#include <algorithm>
#include <cctype>
#include <numeric>
#include <set>
#include <utility>

namespace som {

namespace {

constexpr size_t kMaxNames = 3;

char Lower(char c) { return static_cast<char>(std::tolower(static_cast<unsigned char>(c))); }

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b) {
  // Three rows of the table of distances between beginnings: a swap looks back two.
  std::vector<size_t> before_last;
  std::vector<size_t> last(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    std::vector<size_t> row(b.size() + 1);
    row[0] = i;
    for (size_t k = 1; k <= b.size(); ++k) {
      const bool same = Lower(a[i - 1]) == Lower(b[k - 1]);
      row[k] = std::min({last[k - 1] + (same ? 0 : 1), last[k] + 1, row[k - 1] + 1});
      if (i > 1 && k > 1 && Lower(a[i - 1]) == Lower(b[k - 2]) &&
          Lower(a[i - 2]) == Lower(b[k - 1]))
        row[k] = std::min(row[k], before_last[k - 2] + 1);
    }
    before_last = std::move(last);
    last = std::move(row);
  }
  return last[b.size()];
}

std::vector<std::string> NamesLike(std::string_view name,
                                   const std::vector<std::string>& candidates) {
  const size_t limit = std::max<size_t>(1, name.size() / 3);
  std::set<std::pair<size_t, std::string>> found;
  for (const std::string& candidate : candidates) {
    const size_t difference = candidate.size() > name.size() ? candidate.size() - name.size()
                                                             : name.size() - candidate.size();
    if (difference > limit || candidate == name) continue;
    const size_t distance = EditDistance(name, candidate);
    const bool shares_letters = distance < std::max(name.size(), candidate.size());
    if (distance <= limit && shares_letters) found.emplace(distance, candidate);
  }
  std::vector<std::string> names;
  for (const auto& [distance, candidate] : found) {
    if (names.size() < kMaxNames) names.push_back(candidate);
  }
  return names;
}

}  // namespace som
