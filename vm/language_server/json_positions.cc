// See json_positions.h.
#include "vm/language_server/json_positions.h"

#include <algorithm>
#include <limits>

namespace som::lsp {

namespace {

// None for a negative number; what is too large is the largest.
std::optional<uint32_t> CountAt(const Json& value, std::string_view name) {
  const std::optional<int64_t> number = protocol::IntegerAt(value, name);
  if (!number.has_value() || *number < 0) return std::nullopt;
  return static_cast<uint32_t>(std::min<int64_t>(*number, std::numeric_limits<uint32_t>::max()));
}

}  // namespace

std::optional<Position> PositionAt(const Json& value, std::string_view path) {
  const Json* member = protocol::Member(value, path);
  if (member == nullptr) return std::nullopt;
  const std::optional<uint32_t> line = CountAt(*member, "line");
  const std::optional<uint32_t> character = CountAt(*member, "character");
  if (!line.has_value() || !character.has_value()) return std::nullopt;
  return Position{*line, *character};
}

std::optional<Range> RangeAt(const Json& value, std::string_view path) {
  const Json* member = protocol::Member(value, path);
  if (member == nullptr) return std::nullopt;
  const std::optional<Position> start = PositionAt(*member, "start");
  const std::optional<Position> end = PositionAt(*member, "end");
  if (!start.has_value() || !end.has_value()) return std::nullopt;
  return Range{*start, *end};
}

Json ToJson(const Position& position) {
  return {{"line", position.line}, {"character", position.character}};
}

Json ToJson(const Range& range) {
  return {{"start", ToJson(range.start)}, {"end", ToJson(range.end)}};
}

}  // namespace som::lsp
