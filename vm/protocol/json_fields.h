// JSON that others have written, and that may be anything: what is not there, or of another type,
// is none. Knows nothing of what messages mean.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace som::protocol {

using Json = nlohmann::json;

// The text as JSON; none if it is not. Escapes of single surrogates, which name no character, stand
// for U+FFFD, as in what editors show.
std::optional<Json> ParseJson(std::string_view text);
// Bytes that are no UTF-8 are replaced.
std::string WriteJson(const Json& value);

// The member of an object that a path of names leads to ("a.b.c"); null if there is none. Part of
// `value`, as are the references that the functions below answer.
const Json* Member(const Json& value, std::string_view path);
std::optional<std::string> StringAt(const Json& value, std::string_view path);
// What is beyond 2^53 on either side, where JSON's numbers are no longer exact, is answered as that
// bound: so callers may add to it.
std::optional<int64_t> IntegerAt(const Json& value, std::string_view path);
bool BoolAt(const Json& value, std::string_view path, bool otherwise = false);
// An empty one where there is none.
const Json& ObjectAt(const Json& value, std::string_view path);
const Json& ArrayAt(const Json& value, std::string_view path);
// Those elements of an array that are strings.
std::vector<std::string> StringsAt(const Json& value, std::string_view path);

}  // namespace som::protocol
