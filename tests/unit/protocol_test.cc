#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "vm/protocol/frame_io.h"
#include "vm/protocol/frame_parser.h"
#include "vm/protocol/json_fields.h"

namespace som::protocol {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// --- frames -------------------------------------------------------------------------------------

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
      // A line that only ends like one of a header.
      "a: b",
      "\r\n",
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
  EXPECT_THAT(Frames(&parser), ElementsAre("error: A header is too long."));
  parser.Append("Content-Length: 2\r\n\r\n{}");
  EXPECT_THAT(Frames(&parser), ElementsAre("{}"));
}

TEST(FrameParser, ErrorsShowTheLine) {
  const std::pair<const char*, const char*> errors[] = {
      {"hello\r\n\r\n", "error: 'hello' is no header of a message."},
      {"Content-Length: many\r\n\r\n",
       "error: 'Content-Length: many' is no length of a message: it is no number."},
      {"Content-Length:\n\n",
       "error: 'Content-Length:' is no length of a message: it is no number."},
      {"Content-Length: 268435457\n\n",
       "error: 'Content-Length: 268435457' is no length of a message: it is above 256 MB."},
      {"Content-Type: a; charset=latin1\n\n",
       "error: There is no encoding 'latin1' here; use utf-8."},
      {"\r\n", "error: A header has no Content-Length."},
  };
  for (const auto& [text, error] : errors) {
    FrameParser parser;
    parser.Append(text);
    EXPECT_THAT(Frames(&parser), ElementsAre(error));
  }
}

TEST(FrameParser, WhatIsSkippedIsOneErrorButEachWrongLengthIsTold) {
  FrameParser parser;
  parser.Append("junk\r\nmore\r\n\r\n");
  EXPECT_EQ(Frames(&parser).size(), 1U);
  parser.Append("and more\r\n");
  EXPECT_THAT(Frames(&parser), IsEmpty());
  for (const char* length : {"x", "-1", "1e3", "99999999999999999999999"}) {
    parser.Append(std::string("Content-Length: ") + length + "\r\n\r\n");
    const std::vector<std::string> frames = Frames(&parser);
    ASSERT_EQ(frames.size(), 1U) << length;
    EXPECT_NE(frames[0].find("is no length of a message"), std::string::npos) << frames[0];
  }
  parser.Append("Content-Length: 2\r\n\r\n{}");
  EXPECT_THAT(Frames(&parser), ElementsAre("{}"));
}

TEST(FrameParser, InputMayEndBetweenMessagesOnly) {
  constexpr const char* kWithin = "The input ends within a message.";
  const auto error_at_end = [](const std::string& text) {
    FrameParser parser;
    parser.Append(text);
    Frames(&parser);
    const std::optional<Frame> end = parser.End();
    EXPECT_FALSE(parser.End().has_value()) << "told twice";
    return end.has_value() ? end->error : "";
  };
  EXPECT_EQ(error_at_end(""), "");
  EXPECT_EQ(error_at_end("Content-Length: 2\r\n\r\n{}"), "");
  EXPECT_EQ(error_at_end("Content-Length: 2\r\n\r\n{"), kWithin);
  EXPECT_EQ(error_at_end("Content-Length: 2\r\n"), kWithin);
  EXPECT_EQ(error_at_end("Content-Le"), kWithin);
  // What is lost has been told of.
  EXPECT_EQ(error_at_end("junk\r\n\r\njunk"), "");
  EXPECT_EQ(error_at_end("junk\r\n\r\nContent-Length: 2\r\n\r\n{"), kWithin);
}

// --- file descriptors ---------------------------------------------------------------------------

class FrameIo : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0);
    before_ = std::signal(SIGPIPE, SIG_IGN);
  }
  void TearDown() override {
    std::signal(SIGPIPE, before_);
    for (int& end : ends_) Close(&end);
  }
  static void Close(int* end) {
    if (*end >= 0) close(*end);
    *end = -1;
  }

  std::array<int, 2> ends_{-1, -1};

 private:
  void (*before_)(int) = SIG_DFL;
};

TEST_F(FrameIo, FramesArriveWholeHoweverLarge) {
  // Far more than a socket takes at once.
  const std::string large(size_t{4} << 20, 'x');
  bool is_written = false;
  std::thread writer([&] {
    is_written = WriteFrame(ends_[0], large) && WriteFrame(ends_[0], "{}");
    Close(&ends_[0]);
  });
  FrameParser parser;
  std::vector<std::string> frames;
  while (ReadInto(ends_[1], &parser)) {
    for (std::string& frame : Frames(&parser)) frames.push_back(std::move(frame));
  }
  writer.join();
  EXPECT_TRUE(is_written);
  EXPECT_FALSE(parser.End().has_value());
  ASSERT_EQ(frames.size(), 2U);
  EXPECT_TRUE(frames[0] == large);
  EXPECT_EQ(frames[1], "{}");
}

TEST_F(FrameIo, SignalsDisturbNeitherReaderNorWriter) {
  struct sigaction action{};
  struct sigaction before{};
  action.sa_handler = [](int) {};  // without SA_RESTART: what waits is interrupted
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  const auto disturb = [](std::thread& thread) {
    for (int i = 0; i < 3; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      pthread_kill(thread.native_handle(), SIGUSR1);
    }
  };
  const std::string large(size_t{4} << 20, 'x');
  FrameParser parser;
  std::thread reader([&] {
    while (ReadInto(ends_[1], &parser)) {
    }
  });
  disturb(reader);
  EXPECT_TRUE(WriteFrame(ends_[0], "{}"));
  disturb(reader);
  Close(&ends_[0]);
  reader.join();
  EXPECT_THAT(Frames(&parser), ElementsAre("{}"));

  Close(&ends_[1]);
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends_.data()), 0);
  bool is_written = false;
  std::thread writer([&] {
    is_written = WriteFrame(ends_[0], large);
    Close(&ends_[0]);
  });
  disturb(writer);
  while (ReadInto(ends_[1], &parser)) {
  }
  writer.join();
  sigaction(SIGUSR1, &before, nullptr);
  EXPECT_TRUE(is_written);
  EXPECT_TRUE(Frames(&parser) == std::vector<std::string>{large});
}

TEST_F(FrameIo, WriterNoticesAPeerThatIsGone) {
  EXPECT_TRUE(WriteFrame(ends_[0], "{}"));
  Close(&ends_[1]);
  EXPECT_FALSE(WriteFrame(ends_[0], "{}"));
}

// --- JSON ---------------------------------------------------------------------------------------

TEST(JsonFields, SingleSurrogatesBecomeReplacements) {
  const std::optional<Json> value =
      ParseJson(R"(["\ud83d", "\ud83d\ude00", "\\ud83d", "\ude00x"])");
  EXPECT_EQ(value, Json::array({"\xEF\xBF\xBD", "\xF0\x9F\x98\x80", "\\ud83d", "\xEF\xBF\xBDx"}));
}

TEST(JsonFields, WhatIsNoJsonIsNone) {
  for (const char* text : {"", "{", "nonsense", "\"\xFF\"", R"("\ud83d)", R"("\u12")"})
    EXPECT_FALSE(ParseJson(text).has_value()) << text;
}

TEST(JsonFields, BytesThatAreNoUtf8AreReplaced) {
  EXPECT_EQ(WriteJson({{"a", "x\xFFy"}}), "{\"a\":\"x\xEF\xBF\xBDy\"}");
}

TEST(JsonFields, PathsLeadToMembers) {
  const Json value = {{"a", {{"b", 3}, {"c", "x"}, {"t", true}}}, {"l", {"x", 1, "y"}}};
  EXPECT_EQ(StringAt(value, "a.c"), "x");
  EXPECT_EQ(IntegerAt(value, "a.b"), 3);
  EXPECT_TRUE(BoolAt(value, "a.t"));
  EXPECT_EQ(&ObjectAt(value, "a"), &value["a"]);
  EXPECT_EQ(&ArrayAt(value, "l"), &value["l"]);
  EXPECT_THAT(StringsAt(value, "l"), ElementsAre("x", "y"));
}

TEST(JsonFields, WhatIsOfAnotherTypeIsNone) {
  const Json value = {{"a", {{"b", 3}, {"c", "x"}, {"d", 1.5}}}, {"l", Json::array({1})}};
  EXPECT_EQ(StringAt(value, "a.b"), std::nullopt);
  EXPECT_EQ(StringAt(value, "a.c.d"), std::nullopt);
  EXPECT_EQ(IntegerAt(value, "a.c"), std::nullopt);
  EXPECT_EQ(IntegerAt(value, "a.d"), std::nullopt);
  EXPECT_EQ(Member(value, "x.y"), nullptr);
  EXPECT_EQ(Member(value["l"], "x"), nullptr);
  EXPECT_FALSE(BoolAt(value, "a.b"));
  EXPECT_TRUE(BoolAt(value, "a.b", true));
  EXPECT_EQ(ObjectAt(value, "l"), Json::object());
  EXPECT_EQ(ArrayAt(value, "a"), Json::array());
  EXPECT_THAT(StringsAt(value, "l"), IsEmpty());
}

TEST(JsonFields, LargeIntegersAreBounded) {
  constexpr int64_t kBound = int64_t{1} << 53;
  const Json value = {
      {"exact", -kBound}, {"large", INT64_MAX}, {"larger", UINT64_MAX}, {"small", INT64_MIN}};
  EXPECT_EQ(IntegerAt(value, "exact"), -kBound);
  EXPECT_EQ(IntegerAt(value, "large"), kBound);
  EXPECT_EQ(IntegerAt(value, "larger"), kBound);
  EXPECT_EQ(IntegerAt(value, "small"), -kBound);
}

}  // namespace
}  // namespace som::protocol
