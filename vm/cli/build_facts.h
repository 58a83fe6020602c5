// What this program was built from and how; cmake/BuildFacts.cmake makes the definition.
#pragma once

#include <string_view>

namespace som {

// "commit 0123456789ab-changed, Clang 19.1.7, Release, link-time optimisation full": without a
// commit where the sources are no checkout.
std::string_view BuildFacts();

}  // namespace som
