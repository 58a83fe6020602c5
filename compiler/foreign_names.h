// What SOM calls that which other Smalltalks and languages have: messages (foreign_selectors.def),
// classes and globals (foreign_globals.def). For hints.
#pragma once

#include <string_view>
#include <vector>

namespace som {

// The selectors that may be meant by `elsewhere`, in the order of the table; none for most names.
// Whether the receiver understands one is for the caller to find out.
std::vector<std::string_view> SelectorsFor(std::string_view elsewhere);

// A hint for a global of that name that there is not; "" for most names.
std::string_view HintForGlobal(std::string_view elsewhere);

}  // namespace som
