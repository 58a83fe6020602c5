#include "vm/support/size_option.h"

#include <gtest/gtest.h>

#include <string>

namespace som {
namespace {

TEST(SizeOptionTest, ParsesNumbersWithAndWithoutUnit) {
  EXPECT_EQ(ParseSize("1"), 1U);
  EXPECT_EQ(ParseSize("65536"), 65536U);
  EXPECT_EQ(ParseSize("512B"), 512U);
  EXPECT_EQ(ParseSize("64K"), uint64_t{64} << 10);
  EXPECT_EQ(ParseSize("64KB"), uint64_t{64} << 10);
  EXPECT_EQ(ParseSize("16MB"), uint64_t{16} << 20);
  EXPECT_EQ(ParseSize("16mb"), uint64_t{16} << 20);
  EXPECT_EQ(ParseSize("1g"), uint64_t{1} << 30);
  EXPECT_EQ(ParseSize("2TB"), uint64_t{2} << 40);
}

TEST(SizeOptionTest, RejectsEverythingElse) {
  for (const char* text : {"", "0", "0MB", "MB", "-1", "+1", " 1", "1 MB", "1.5G", "1X", "1MBB",
                           "1KiB", "1BB", "0x10", "99999999999999999999", "9999999999999G"}) {
    EXPECT_FALSE(ParseSize(text).has_value()) << text;
  }
}

TEST(SizeOptionTest, TheLargestSizeIsTwoToThe62) {
  EXPECT_EQ(ParseSize(std::to_string(uint64_t{1} << 62)), uint64_t{1} << 62);
  EXPECT_FALSE(ParseSize(std::to_string((uint64_t{1} << 62) + 1)).has_value());
  EXPECT_EQ(ParseSize("4194304T"), uint64_t{1} << 62);
  EXPECT_FALSE(ParseSize("4194305T").has_value());
}

TEST(SizeOptionTest, FormatsWithOneDecimal) {
  EXPECT_EQ(FormatSize(0), "0 B");
  EXPECT_EQ(FormatSize(1023), "1023 B");
  EXPECT_EQ(FormatSize(1024), "1.0 KB");
  EXPECT_EQ(FormatSize(uint64_t{4} << 20), "4.0 MB");
  EXPECT_EQ(FormatSize(uint64_t{1536} << 20), "1.5 GB");
}

}  // namespace
}  // namespace som
