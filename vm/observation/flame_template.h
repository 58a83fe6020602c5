// The flame graph without its data: the files of vm/observation/flame/, made a part of the binary
// when it is built (cmake/EmbedPage.cmake).
#pragma once

#include <string_view>

#include "absl/types/span.h"

namespace som {

// The pieces that stand in front of the data and behind it, to be written one after the other.
absl::Span<const std::string_view> FlamePageBeforeData();
absl::Span<const std::string_view> FlamePageBehindData();

}  // namespace som
