// Printing and reading of numbers: format, shortest round trip, strict grammar.
#include "vm/text/number_text.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

namespace som {
namespace {

TEST(FormatDoubleTest, PlainNotation) {
  EXPECT_EQ(FormatDouble(1.0), "1.0");
  EXPECT_EQ(FormatDouble(-8.0), "-8.0");
  EXPECT_EQ(FormatDouble(0.5), "0.5");
  EXPECT_EQ(FormatDouble(0.0), "0.0");
  EXPECT_EQ(FormatDouble(-0.0), "-0.0");
  EXPECT_EQ(FormatDouble(1.1 - 1), "0.10000000000000009");
  EXPECT_EQ(FormatDouble(100000.19879879123153), "100000.19879879123");
  EXPECT_EQ(FormatDouble(1234567890123456.0), "1234567890123456.0");
  EXPECT_EQ(FormatDouble(100.0), "100.0");
  EXPECT_EQ(FormatDouble(0.00001), "0.00001");
}

TEST(FormatDoubleTest, ScientificNotation) {
  EXPECT_EQ(FormatDouble(1e16), "1.0e16");
  EXPECT_EQ(FormatDouble(9999999999999998.0), "9999999999999998.0");
  EXPECT_EQ(FormatDouble(0.0000099), "9.9e-6");
  EXPECT_EQ(FormatDouble(std::ldexp(1.0, 200)), "1.6069380442589903e60");
  EXPECT_EQ(FormatDouble(std::ldexp(-1.0, -200)), "-6.223015277861142e-61");
  EXPECT_EQ(FormatDouble(18446744073709551616.0), "1.8446744073709552e19");
  EXPECT_EQ(FormatDouble(std::numeric_limits<double>::denorm_min()), "5.0e-324");
}

TEST(FormatDoubleTest, NotFinite) {
  EXPECT_EQ(FormatDouble(std::nan("")), "NaN");
  EXPECT_EQ(FormatDouble(std::numeric_limits<double>::infinity()), "inf");
  EXPECT_EQ(FormatDouble(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(FormatDoubleTest, ReadsBackAsTheSameDouble) {
  std::mt19937_64 generator(3);
  for (int i = 0; i < 2000; ++i) {
    const double d = std::bit_cast<double>(generator());
    if (!std::isfinite(d)) continue;
    EXPECT_EQ(std::strtod(FormatDouble(d).c_str(), nullptr), d);
    const double moderate = std::ldexp(static_cast<double>(generator() >> 11), -40);
    double read = 0;
    ASSERT_TRUE(ParseDouble(FormatDouble(moderate), &read)) << FormatDouble(moderate);
    EXPECT_EQ(read, moderate);
  }
}

TEST(ParseDoubleTest, Accepts) {
  const auto parse = [](std::string_view text) {
    double d = std::nan("");
    EXPECT_TRUE(ParseDouble(text, &d)) << text;
    return d;
  };
  EXPECT_EQ(parse("1"), 1.0);
  EXPECT_EQ(parse("-672.433244"), -672.433244);
  EXPECT_EQ(parse("+3423.54656"), 3423.54656);
  EXPECT_EQ(parse("0.0"), 0.0);
  EXPECT_TRUE(std::signbit(parse("-0.0")));
  EXPECT_EQ(parse(std::string(400, '9')), std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse("-" + std::string(400, '9') + ".5"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(parse("0." + std::string(400, '0') + "1"), 0.0);
  EXPECT_EQ(parse("9007199254740993"), 9007199254740992.0);
}

TEST(ParseDoubleTest, RejectsEverythingElse) {
  for (std::string_view text :
       {"",    "-",   "+",   ".",    ".5",    "5.",  "1.5e3", "1e3", " 1",  "1 ",
        "inf", "nan", "NaN", "0x10", "1.2.3", "--1", "+-1",   "1,5", "abc", "-.5"}) {
    double d = 42;
    EXPECT_FALSE(ParseDouble(text, &d)) << text;
    EXPECT_EQ(d, 42);
  }
}

TEST(IntegerTextTest, OnlyDigitsAndOneMinus) {
  for (std::string_view text : {"0", "42", "-2", "007", "1267650600228229401496703205376"}) {
    EXPECT_TRUE(IsIntegerText(text)) << text;
  }
  for (std::string_view text : {"", "-", "+1", "1.0", "123b", " 1", "1 ", "--1", "-1-"}) {
    EXPECT_FALSE(IsIntegerText(text)) << text;
  }
}

}  // namespace
}  // namespace som
