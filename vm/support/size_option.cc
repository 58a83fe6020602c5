#include "vm/support/size_option.h"

#include <array>
#include <cctype>
#include <cstdio>

namespace som {

namespace {

constexpr uint64_t kLargestSize = uint64_t{1} << 62;

// Binary logarithm of the unit's factor; nothing for a text that is no unit.
std::optional<int> UnitShift(std::string_view unit) {
  if (unit.empty()) return 0;
  static constexpr std::string_view kUnits = "BKMGT";
  const char letter = static_cast<char>(std::toupper(static_cast<unsigned char>(unit[0])));
  const size_t index = kUnits.find(letter);
  if (index == std::string_view::npos) return std::nullopt;
  unit.remove_prefix(1);
  const bool has_suffix = unit == "B" || unit == "b";
  if (!unit.empty() && (index == 0 || !has_suffix)) return std::nullopt;
  return static_cast<int>(index) * 10;
}

}  // namespace

std::optional<uint64_t> ParseSize(std::string_view text) {
  size_t position = 0;
  uint64_t number = 0;
  while (position < text.size() && text[position] >= '0' && text[position] <= '9') {
    number = number * 10 + static_cast<uint64_t>(text[position] - '0');
    if (number > kLargestSize) return std::nullopt;
    ++position;
  }
  if (position == 0 || number == 0) return std::nullopt;
  const std::optional<int> shift = UnitShift(text.substr(position));
  if (!shift.has_value() || number > (kLargestSize >> *shift)) return std::nullopt;
  return number << *shift;
}

std::string FormatSize(uint64_t bytes) {
  static constexpr std::array<const char*, 5> kUnits = {"B", "KB", "MB", "GB", "TB"};
  if (bytes < 1024) return std::to_string(bytes) + " B";
  double amount = static_cast<double>(bytes);
  size_t unit = 0;
  while (amount >= 1024 && unit + 1 < kUnits.size()) {
    amount /= 1024;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, "%.1f %s", amount, kUnits[unit]);
  return text;
}

}  // namespace som
