// See number_text.h.
#include "vm/text/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace som {

namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool AreDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

// The shortest digits without point or leading zeros, and the power of ten of the first one.
struct Decimal {
  std::string digits;
  int exponent = 0;
};

Decimal ShortestDecimal(double d) {
  std::array<char, 32> buffer;
  const char* end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), d, std::chars_format::scientific)
          .ptr;
  const std::string_view text(buffer.data(), static_cast<size_t>(end - buffer.data()));
  const size_t e = text.find('e');
  Decimal decimal;
  decimal.digits = text[0];
  if (e > 2) decimal.digits += text.substr(2, e - 2);
  const size_t exponent_start = e + (text[e + 1] == '+' ? 2 : 1);
  std::from_chars(buffer.data() + exponent_start, end, decimal.exponent);
  return decimal;
}

}  // namespace

std::string FormatDouble(double d) {
  if (std::isnan(d)) return "NaN";
  std::string result = std::signbit(d) ? "-" : "";
  if (std::isinf(d)) return result + "inf";
  auto [digits, exponent] = ShortestDecimal(std::fabs(d));
  constexpr int kLeastPlain = -5;
  constexpr int kGreatestPlain = 15;
  if (exponent < kLeastPlain || exponent > kGreatestPlain) {
    result += digits[0];
    result += '.';
    result += digits.size() == 1 ? "0" : digits.substr(1);
    return result + "e" + std::to_string(exponent);
  }
  if (exponent < 0) {
    return result + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
  }
  const size_t whole = static_cast<size_t>(exponent) + 1;
  if (digits.size() <= whole) digits.append(whole + 1 - digits.size(), '0');
  return result + digits.substr(0, whole) + "." + digits.substr(whole);
}

bool ParseDouble(std::string_view text, double* d) {
  std::string_view magnitude = text;
  if (!magnitude.empty() && (magnitude[0] == '-' || magnitude[0] == '+'))
    magnitude.remove_prefix(1);
  const size_t point = magnitude.find('.');
  if (!AreDigits(magnitude.substr(0, point))) return false;
  if (point != std::string_view::npos && !AreDigits(magnitude.substr(point + 1))) return false;
  double result = 0;
  const auto [end, error] =
      std::from_chars(magnitude.data(), magnitude.data() + magnitude.size(), result);
  if (error == std::errc::result_out_of_range) {
    // Without an exponent, a significant digit in front of the point means too large, not too
    // small.
    const bool is_large = magnitude.find_first_not_of("0.") < std::min(point, magnitude.size());
    result = is_large ? std::numeric_limits<double>::infinity() : 0.0;
  }
  *d = text[0] == '-' ? -result : result;
  return true;
}

bool IsIntegerText(std::string_view text) {
  if (!text.empty() && text[0] == '-') text.remove_prefix(1);
  return AreDigits(text);
}

}  // namespace som
