// See positions.h.
#include "vm/language_server/positions.h"

#include <algorithm>
#include <cstddef>

#include "compiler/source.h"

namespace som::lsp {

namespace {

constexpr size_t kUsualLine = 24;   // bytes; how long lines are does not matter
constexpr uint32_t kBeyondBmp = 4;  // bytes of a character that takes two units

// A character and the UTF-16 units it takes.
struct Character {
  uint32_t bytes;
  uint32_t units;
};

Character CharacterAt(std::string_view text, uint32_t offset) {
  const uint32_t length = Utf8SequenceLength(text, offset);
  if (length == 0) return {1, 1};
  return {length, length == kBeyondBmp ? 2U : 1U};
}

}  // namespace

LineMap::LineMap(std::string_view text) : text_(text) {
  starts_.reserve(text.size() / kUsualLine + 1);
  starts_.push_back(0);
  for (size_t i = text.find_first_of("\r\n"); i != std::string_view::npos;
       i = text.find_first_of("\r\n", i)) {
    i += text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n' ? 2 : 1;
    starts_.push_back(static_cast<uint32_t>(i));
  }
}

uint32_t LineMap::LineOf(uint32_t offset) const {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<uint32_t>(next - starts_.begin()) - 1;
}

uint32_t LineMap::EndOf(uint32_t line) const {
  if (line + 1 >= starts_.size()) return static_cast<uint32_t>(text_.size());
  uint32_t end = starts_[line + 1] - 1;
  if (text_[end] == '\n' && end > starts_[line] && text_[end - 1] == '\r') --end;
  return end;
}

Position LineMap::PositionOf(uint32_t offset) const {
  offset = std::min(offset, static_cast<uint32_t>(text_.size()));
  const uint32_t line = LineOf(offset);
  if (memo_.line != line || memo_.offset > offset || memo_.offset < starts_[line])
    memo_ = {line, starts_[line], 0};
  while (memo_.offset < offset) {
    const Character character = CharacterAt(text_, memo_.offset);
    if (memo_.offset + character.bytes > offset) break;
    memo_.offset += character.bytes;
    memo_.units += character.units;
  }
  return {line, memo_.units};
}

uint32_t LineMap::OffsetOf(Position position) const {
  if (position.line >= starts_.size()) return static_cast<uint32_t>(text_.size());
  uint32_t offset = starts_[position.line];
  const uint32_t end = EndOf(position.line);
  uint32_t left = position.character;
  while (left > 0 && offset < end) {
    const Character character = CharacterAt(text_, offset);
    if (character.units > left) break;
    left -= character.units;
    offset += character.bytes;
  }
  return offset;
}

}  // namespace som::lsp
