// See json_fields.h.
#include "vm/protocol/json_fields.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"

namespace som::protocol {

namespace {

constexpr int64_t kMaxExact = int64_t{1} << 53;

// The number that four hexadecimal digits from `at` on make; none if there are fewer.
std::optional<uint32_t> HexAt(std::string_view text, size_t at) {
  if (at + 4 > text.size()) return std::nullopt;
  const std::string digits(text.substr(at, 4));
  const bool is_hex = std::all_of(digits.begin(), digits.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  uint32_t value = 0;
  if (!is_hex || !absl::SimpleHexAtoi(digits, &value)) return std::nullopt;
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

std::optional<int64_t> IntegerAt(const Json& value, std::string_view path) {
  const Json* member = Member(value, path);
  if (member == nullptr || !member->is_number_integer()) return std::nullopt;
  // What is above the range of int64_t is unsigned.
  if (member->is_number_unsigned())
    return static_cast<int64_t>(std::min(member->get<uint64_t>(), uint64_t{kMaxExact}));
  return std::clamp(member->get<int64_t>(), -kMaxExact, kMaxExact);
}

bool BoolAt(const Json& value, std::string_view path, bool otherwise) {
  const Json* member = Member(value, path);
  return member != nullptr && member->is_boolean() ? member->get<bool>() : otherwise;
}

const Json& ObjectAt(const Json& value, std::string_view path) {
  static const Json empty = Json::object();
  const Json* member = Member(value, path);
  return member != nullptr && member->is_object() ? *member : empty;
}

const Json& ArrayAt(const Json& value, std::string_view path) {
  static const Json empty = Json::array();
  const Json* member = Member(value, path);
  return member != nullptr && member->is_array() ? *member : empty;
}

std::vector<std::string> StringsAt(const Json& value, std::string_view path) {
  const Json& array = ArrayAt(value, path);
  std::vector<std::string> strings;
  strings.reserve(array.size());
  for (const Json& element : array) {
    if (element.is_string()) strings.push_back(element.get_ref<const std::string&>());
  }
  return strings;
}

}  // namespace som::protocol
