// Which of many names somebody may have meant who wrote another one: for hints in messages.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace som {

// Insertions, deletions, replacements and swaps of neighbours that lead from one name to the other,
// whatever the case of the letters.
size_t EditDistance(std::string_view a, std::string_view b);

// The candidates that are like `name`, at most three, the likest first; none that is the name
// itself. A third of the letters may differ, or one, but not all.
std::vector<std::string> NamesLike(std::string_view name,
                                   const std::vector<std::string>& candidates);

}  // namespace som
