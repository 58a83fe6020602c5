// Reading of JSON that may be anything: what is not there, or of another type, is none.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "vm/language_server/positions.h"

namespace som::lsp {

using Json = nlohmann::json;

// The text as JSON; none if it is not. Escapes of single surrogates, which name no character, stand
// for U+FFFD, as in what editors show.
std::optional<Json> ParseJson(std::string_view text);
// Bytes that are no UTF-8 are replaced.
std::string WriteJson(const Json& value);

// The member of an object that a path of names leads to ("a.b.c"); null if there is none.
const Json* Member(const Json& value, std::string_view path);
std::optional<std::string> StringAt(const Json& value, std::string_view path);
bool BoolAt(const Json& value, std::string_view path);
std::optional<Position> PositionAt(const Json& value, std::string_view path);
std::optional<Range> RangeAt(const Json& value, std::string_view path);

Json ToJson(const Position& position);
Json ToJson(const Range& range);

}  // namespace som::lsp
