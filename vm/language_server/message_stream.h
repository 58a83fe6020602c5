// The frames of the protocol: header lines, an empty line, so many bytes of content. Knows nothing
// of JSON.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace som::lsp {

// Something that came in: a message, or an error of the framing.
struct Frame {
  std::string content;
  std::string error;  // empty for a message
};

// Splits bytes into frames. After an error goes on at the next text that looks like a header.
class FrameParser {
 public:
  void Append(std::string_view bytes) { buffer_ += bytes; }
  // The next frame that is complete.
  std::optional<Frame> Next();

 private:
  std::optional<Frame> TryNext();
  std::optional<Frame> Fail(std::string error, size_t skipped);

  std::string buffer_;
  bool tries_again_ = false;  // for TryNext
  size_t start_ = 0;          // what lies in front has been handed out
  bool is_lost_ = false;      // in front of `start_` was an error; the next header is looked for
};

// Frames from one file descriptor and to another.
class MessageStream {
 public:
  MessageStream(int in, int out) : in_(in), out_(out) {}

  // Waits for the next frame; none at the end of the input.
  std::optional<Frame> Read();
  // Queues what has arrived already, without waiting.
  void ReadPending();
  std::deque<Frame>& pending() { return pending_; }

  // False if it cannot be written.
  bool Write(std::string_view content);

 private:
  bool Fill(bool waits);
  void Collect();

  int in_;
  int out_;
  bool at_end_ = false;
  FrameParser parser_;
  std::deque<Frame> pending_;
};

}  // namespace som::lsp
