#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string>

#include "vm/language_server/json_positions.h"
#include "vm/language_server/positions.h"
#include "vm/language_server/uri.h"

namespace som::lsp {
namespace {

TEST(LineMap, CountsUtf16Units) {
  // One byte, two bytes, three bytes, four bytes: one, one, one and two units.
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80z";
  const LineMap lines(text);
  EXPECT_EQ(lines.PositionOf(0), (Position{0, 0}));
  EXPECT_EQ(lines.PositionOf(1), (Position{0, 1}));
  EXPECT_EQ(lines.PositionOf(3), (Position{0, 2}));
  EXPECT_EQ(lines.PositionOf(6), (Position{0, 3}));
  EXPECT_EQ(lines.PositionOf(10), (Position{0, 5}));
  EXPECT_EQ(lines.PositionOf(11), (Position{0, 6}));
  for (const uint32_t offset : {0U, 1U, 3U, 6U, 10U, 11U})
    EXPECT_EQ(lines.OffsetOf(lines.PositionOf(offset)), offset);
}

TEST(LineMap, MiddleOfACharacterIsItsStart) {
  const std::string text = "\xF0\x9F\x98\x80z";
  const LineMap lines(text);
  EXPECT_EQ(lines.OffsetOf({0, 1}), 0U);
  EXPECT_EQ(lines.OffsetOf({0, 2}), 4U);
  EXPECT_EQ(lines.PositionOf(2), (Position{0, 0}));
}

TEST(LineMap, LinesEndInThreeWays) {
  const std::string text = "a\nb\r\nc\rd";
  const LineMap lines(text);
  EXPECT_EQ(lines.line_count(), 4U);
  EXPECT_EQ(lines.PositionOf(2), (Position{1, 0}));
  EXPECT_EQ(lines.PositionOf(5), (Position{2, 0}));
  EXPECT_EQ(lines.PositionOf(7), (Position{3, 0}));
  EXPECT_EQ(lines.EndOf(1), 3U);
  EXPECT_EQ(lines.EndOf(2), 6U);
  EXPECT_EQ(lines.OffsetOf({1, 99}), 3U);
}

TEST(LineMap, WhatIsOutsideIsTheEnd) {
  const LineMap lines("ab\n");
  EXPECT_EQ(lines.OffsetOf({9, 0}), 3U);
  EXPECT_EQ(lines.OffsetOf({0, 9}), 2U);
  EXPECT_EQ(lines.PositionOf(99), (Position{1, 0}));
}

TEST(LineMap, AnswersInAnyOrder) {
  const std::string text = "\xC3\xA9\xC3\xA9\xC3\xA9\n\xC3\xA9";
  const LineMap lines(text);
  EXPECT_EQ(lines.PositionOf(6).character, 3U);
  EXPECT_EQ(lines.PositionOf(2).character, 1U);
  EXPECT_EQ(lines.PositionOf(9), (Position{1, 1}));
  EXPECT_EQ(lines.PositionOf(0), (Position{0, 0}));
}

TEST(LineMap, BytesThatAreNoUtf8CountAsOne) {
  const LineMap lines("\xFF\xFEz");
  EXPECT_EQ(lines.PositionOf(2), (Position{0, 2}));
}

TEST(Uri, BothWays) {
  EXPECT_EQ(PathOfUri("file:///a/b%20c/%C3%A9.som"), "/a/b c/\xC3\xA9.som");
  EXPECT_EQ(UriOfPath("/a/b c/\xC3\xA9.som"), "file:///a/b%20c/%C3%A9.som");
  EXPECT_EQ(PathOfUri("file:///a/./b/../c"), "/a/c");
  EXPECT_EQ(PathOfUri("file://localhost/a"), "/a");
}

TEST(Uri, OtherSchemesAndMalformedOnesAreNoPaths) {
  for (const char* uri : {"untitled:Untitled-1", "http://x/y", "file:///%4", "file:///%zz",
                          "file:///a%00b", "file://host/a", ""})
    EXPECT_EQ(PathOfUri(uri), std::nullopt) << uri;
}

TEST(JsonPositions, WhatIsOfAnotherTypeIsNone) {
  const protocol::Json value = {{"p", {{"line", -1}, {"character", 0}}},
                                {"q", {{"line", 1}, {"character", uint64_t{1} << 63}}},
                                {"r", {{"start", {{"line", 1}, {"character", 2}}}}}};
  EXPECT_FALSE(PositionAt(value, "p").has_value());
  EXPECT_FALSE(PositionAt(value, "r").has_value());
  EXPECT_FALSE(PositionAt(value, "s").has_value());
  EXPECT_EQ(PositionAt(value, "r.start"), (Position{1, 2}));
  EXPECT_EQ(PositionAt(value, "q"), (Position{1, UINT32_MAX}));
  EXPECT_FALSE(RangeAt(value, "r").has_value());
}

}  // namespace
}  // namespace som::lsp
