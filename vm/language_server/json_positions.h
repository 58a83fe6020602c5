// Positions and ranges as JSON. What is not there, or of another type, is none.
#pragma once

#include <optional>
#include <string_view>

#include "vm/language_server/positions.h"
#include "vm/protocol/json_fields.h"

namespace som::lsp {

using protocol::Json;

std::optional<Position> PositionAt(const Json& value, std::string_view path);
std::optional<Range> RangeAt(const Json& value, std::string_view path);

Json ToJson(const Position& position);
Json ToJson(const Range& range);

}  // namespace som::lsp
