// Builds messages from pieces. (Distributions build Abseil with its own string_view, which
// absl::StrCat then demands in place of the standard one.)
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace som {

namespace concat_internal {
inline void AppendPiece(std::string* text, std::string_view piece) { text->append(piece); }
template <std::integral Number>
void AppendPiece(std::string* text, Number number) {
  text->append(std::to_string(number));
}
}  // namespace concat_internal

// The pieces, texts or integers, one after the other.
template <typename... Pieces>
std::string Concat(const Pieces&... pieces) {
  std::string text;
  (concat_internal::AppendPiece(&text, pieces), ...);
  return text;
}

}  // namespace som
