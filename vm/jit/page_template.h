// The page without its data: the files of vm/jit/page/ in one, put together when the VM is built
// (cmake/EmbedPage.cmake).
#pragma once

#include <string_view>

namespace som::jit {

extern const std::string_view kPageTemplate;

// Where the data belongs; occurs once.
inline constexpr std::string_view kPageDataMark = "@DATA@";

}  // namespace som::jit
