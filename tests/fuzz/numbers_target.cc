// Numbers as text and back. Each input is taken for the bytes of doubles, for text, and for the
// digits in it.
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "compiler/concat.h"
#include "tests/fuzz/machine.h"
#include "tests/fuzz/targets.h"
#include "vm/numbers/big_integer.h"
#include "vm/numbers/numeric.h"
#include "vm/support/check.h"
#include "vm/support/output.h"
#include "vm/text/number_text.h"
#include "vm/vm.h"

namespace som::fuzz {

namespace {

// Every double prints as what the C library reads back as the same.
void CheckPrinted(double d) {
  const std::string text = FormatDouble(d);
  if (std::isnan(d)) {
    Check(text == "NaN", "how NaN prints");
    return;
  }
  const double read = std::strtod(text.c_str(), nullptr);
  Check(std::bit_cast<uint64_t>(read) == std::bit_cast<uint64_t>(d), "a double prints as another");
  double parsed = 0;
  if (!ParseDouble(text, &parsed)) {
    Check(std::isinf(d) || text.find('e') != std::string::npos, "a printed double cannot be read");
    return;
  }
  Check(std::bit_cast<uint64_t>(parsed) == std::bit_cast<uint64_t>(d), "a double reads as another");
}

// What is accepted as a double is what the C library makes of it.
void CheckRead(const std::string& text) {
  double parsed = 0;
  if (!ParseDouble(text, &parsed)) return;
  char* end = nullptr;
  const double read = std::strtod(text.c_str(), &end);
  Check(*end == '\0' && std::strlen(text.c_str()) == text.size(),
        "what is no double is read as one");
  Check(std::bit_cast<uint64_t>(parsed) == std::bit_cast<uint64_t>(read),
        "a double is read wrongly");
  CheckPrinted(parsed);
}

// Without leading zeros, and without a sign for zero.
std::string Normal(std::string_view digits) {
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  while (digits.size() > 1 && digits.starts_with('0')) digits.remove_prefix(1);
  return negative && digits != "0" ? Concat("-", digits) : std::string(digits);
}

void CheckInteger(VM& vm, const std::string& digits) {
  const Value number = IntegerFromDigits(vm, digits);
  if (number.IsUnwind()) {
    vm.unwind = {};
    return;
  }
  const std::string printed = IntegerDigits(number);
  Check(printed == Normal(digits), "an integer prints as another");
  errno = 0;
  const int64_t small = std::strtoll(printed.c_str(), nullptr, 10);
  Check(number.IsInt() == (errno == 0 && Value::FitsInt(small)), "the wrong kind of integer");
  Check(
      CompareNumbers(OldIntegerFromDigits(vm.heap(), printed), IntegerFromDigits(vm, printed)) == 0,
      "an integer is not itself");
}

}  // namespace

void FuzzNumbers(std::string_view input) {
  for (size_t i = 0; i + sizeof(double) <= input.size(); i += sizeof(double)) {
    double d = 0;
    std::memcpy(&d, input.data() + i, sizeof d);
    CheckPrinted(d);
  }
  const std::string text(input);
  CheckRead(text);
  // The digits in the input, whatever else there is.
  std::string digits;
  std::string decimal;
  for (const char c : text) {
    if (c >= '0' && c <= '9') digits += c;
    if ((c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+') decimal += c;
  }
  CheckRead(decimal);
  WithMachine(InterpretedOptions(), [&](VM& vm) {
    if (IsIntegerText(text)) CheckInteger(vm, text);
    if (!digits.empty()) {
      CheckInteger(vm, digits);
      CheckInteger(vm, Concat("-", digits));
    }
    return 0;
  });
}

}  // namespace som::fuzz
