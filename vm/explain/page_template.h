// The page of --explain without its data: the files of vm/explain/page/, made a part of the binary
// when it is built (cmake/EmbedPage.cmake).
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace som::explain {

// The pieces that stand in front of the data and behind it, to be written one after the other.
absl::Span<const std::string_view> PageBeforeData();
absl::Span<const std::string_view> PageBehindData();

}  // namespace som::explain
