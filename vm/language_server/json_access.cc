// See json_access.h.
#include "vm/language_server/json_access.h"

#include <algorithm>
#include <limits>

#include "vm/language_server/uri.h"

namespace som::lsp {

namespace {

// The number that four digits from `at` on make; none if there are fewer.
std::optional<uint32_t> HexAt(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  uint32_t value = 0;
  for (const char c : text.substr(at, 4)) {
    const std::optional<uint32_t> digit = HexDigit(c);
    if (!digit.has_value()) return std::nullopt;
    value = value * 16 + *digit;
  }
  return value;
}

bool IsHigh(uint32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
bool IsLow(uint32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

// Replaces the escapes of surrogates that are not part of a pair.
std::string WithoutSingleSurrogates(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 >= text.size() || text[i + 1] != 'u') {
      result += text[i];
      // What is escaped is no escape itself.
      if (text[i] == '\\' && i + 1 < text.size()) result += text[++i];
      continue;
    }
    const uint32_t unit = HexAt(text, i + 2).value_or(0);
    const bool has_next = text.substr(std::min(i + 6, text.size())).starts_with("\\u");
    const uint32_t next = has_next ? HexAt(text, i + 8).value_or(0) : 0;
    if (IsHigh(unit) && IsLow(next)) {
      result += text.substr(i, 12);
      i += 11;
    } else if (IsHigh(unit) || IsLow(unit)) {
      result += "\\ufffd";
      i += 5;
    } else {
      result += "\\u";
      ++i;
    }
  }
  return result;
}

std::optional<uint32_t> NumberAt(const Json& value, std::string_view name) {
  const Json* member = Member(value, name);
  if (member == nullptr || !member->is_number_integer()) return std::nullopt;
  if (member->is_number_unsigned()) {
    const auto number = member->get<uint64_t>();
    return static_cast<uint32_t>(std::min<uint64_t>(number, std::numeric_limits<uint32_t>::max()));
  }
  return std::nullopt;  // negative
}

std::optional<Position> AsPosition(const Json& value) {
  const std::optional<uint32_t> line = NumberAt(value, "line");
  const std::optional<uint32_t> character = NumberAt(value, "character");
  if (!line.has_value() || !character.has_value()) return std::nullopt;
  return Position{*line, *character};
}

}  // namespace

std::optional<Json> ParseJson(std::string_view text) {
  Json value = Json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded() && text.find("\\u") != std::string_view::npos)
    value = Json::parse(WithoutSingleSurrogates(text), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

std::string WriteJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

const Json* Member(const Json& value, std::string_view path) {
  const Json* at = &value;
  while (true) {
    const size_t dot = path.find('.');
    if (!at->is_object()) return nullptr;
    const auto found = at->find(std::string(path.substr(0, dot)));
    if (found == at->end()) return nullptr;
    at = &*found;
    if (dot == std::string_view::npos) return at;
    path.remove_prefix(dot + 1);
  }
}

std::optional<std::string> StringAt(const Json& value, std::string_view path) {
  const Json* member = Member(value, path);
  if (member == nullptr || !member->is_string()) return std::nullopt;
  return member->get_ref<const std::string&>();
}

bool BoolAt(const Json& value, std::string_view path) {
  const Json* member = Member(value, path);
  return member != nullptr && member->is_boolean() && member->get<bool>();
}

std::optional<Position> PositionAt(const Json& value, std::string_view path) {
  const Json* member = Member(value, path);
  return member == nullptr ? std::nullopt : AsPosition(*member);
}

std::optional<Range> RangeAt(const Json& value, std::string_view path) {
  const Json* member = Member(value, path);
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
