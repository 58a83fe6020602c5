#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "vm/language_server/json_access.h"
#include "vm/language_server/message_stream.h"
#include "vm/language_server/positions.h"
#include "vm/language_server/uri.h"

namespace som::lsp {
namespace {

using ::testing::ElementsAre;

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

TEST(Json, SingleSurrogatesBecomeReplacements) {
  const std::optional<Json> value =
      ParseJson(R"(["\ud83d", "\ud83d\ude00", "\\ud83d", "\ude00x"])");
  ASSERT_TRUE(value.has_value());
  EXPECT_EQ((*value)[0], "\xEF\xBF\xBD");
  EXPECT_EQ((*value)[1], "\xF0\x9F\x98\x80");
  EXPECT_EQ((*value)[2], "\\ud83d");
  EXPECT_EQ((*value)[3], "\xEF\xBF\xBDx");
}

TEST(Json, WhatIsOfAnotherTypeIsNone) {
  const Json value = {{"a", {{"b", 3}, {"c", "x"}}}, {"p", {{"line", -1}, {"character", 0}}}};
  EXPECT_EQ(StringAt(value, "a.c"), "x");
  EXPECT_EQ(StringAt(value, "a.b"), std::nullopt);
  EXPECT_EQ(StringAt(value, "a.c.d"), std::nullopt);
  EXPECT_EQ(Member(value, "x.y"), nullptr);
  EXPECT_FALSE(BoolAt(value, "a.b"));
  EXPECT_FALSE(PositionAt(value, "p").has_value());
}

// "content", or "error: ..." of each frame.
std::vector<std::string> Frames(FrameParser* parser) {
  std::vector<std::string> frames;
  while (const std::optional<Frame> frame = parser->Next())
    frames.push_back(frame->error.empty() ? frame->content : "error: " + frame->error);
  return frames;
}

TEST(FrameParser, BytesMayComeOneByOne) {
  FrameParser parser;
  std::vector<std::string> frames;
  for (const char c : std::string("Content-Length: 2\r\n\r\n{}content-length:3\r\nContent-Type: x; "
                                  "charset=utf-8\r\n\r\n[1]")) {
    parser.Append({&c, 1});
    for (std::string& frame : Frames(&parser)) frames.push_back(std::move(frame));
  }
  EXPECT_THAT(frames, ElementsAre("{}", "[1]"));
}

TEST(FrameParser, GoesOnBehindErrors) {
  const char* damaged[] = {
      "nonsense\r\n\r\n",
      "Content-Length: x\r\n\r\n",
      "Content-Length: -5\r\n\r\n",
      "Content-Length: 99999999999999999999\r\n\r\n",
      "Content-Type: text\r\n\r\n",
      "Content-Length: 2\r\nContent-Type: a; charset=latin1\r\n\r\n{}",
      "a: b\r\n\r\ntrailing",
  };
  for (const char* text : damaged) {
    FrameParser parser;
    parser.Append(text);
    parser.Append("Content-Length: 2\r\n\r\n{}");
    const std::vector<std::string> frames = Frames(&parser);
    ASSERT_EQ(frames.size(), 2U) << text;
    EXPECT_TRUE(frames[0].starts_with("error: ")) << text;
    EXPECT_EQ(frames[1], "{}") << text;
  }
}

TEST(FrameParser, TooShortALengthLosesOneMessage) {
  FrameParser parser;
  parser.Append("Content-Length: 1\r\n\r\n{\"a\":1}Content-Length: 2\r\n\r\n{}");
  const std::vector<std::string> frames = Frames(&parser);
  ASSERT_EQ(frames.size(), 3U);
  EXPECT_EQ(frames[0], "{");
  EXPECT_TRUE(frames[1].starts_with("error: "));
  EXPECT_EQ(frames[2], "{}");
}

TEST(FrameParser, EndlessHeadersAreErrors) {
  FrameParser parser;
  parser.Append(std::string(100000, 'x'));
  EXPECT_EQ(Frames(&parser).size(), 1U);
  parser.Append("Content-Length: 2\r\n\r\n{}");
  EXPECT_THAT(Frames(&parser), ElementsAre("{}"));
}

}  // namespace
}  // namespace som::lsp
