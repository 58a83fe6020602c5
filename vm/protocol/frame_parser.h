// The frames that messages come in: header lines, an empty line, so many bytes of content. Bytes
// in, frames or errors out. Knows nothing of file descriptors (frame_io.h) and of JSON
// (json_fields.h).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace som::protocol {

// Something that came in: a message, or an error of the framing.
struct Frame {
  std::string content;
  std::string error;  // empty for a message
};

// Splits bytes into frames. After an error goes on at the next text that looks like a header. What
// is skipped until then is one error; a length that is none is always one of its own.
class FrameParser {
 public:
  void Append(std::string_view bytes) { buffer_ += bytes; }
  // The next frame that is complete; none if more bytes are needed.
  std::optional<Frame> Next();
  // To be called when no more bytes will come and Next has answered none: an error if they end
  // within a message.
  std::optional<Frame> End();

 private:
  std::optional<Frame> TryNext();
  std::optional<Frame> Fail(std::string error, size_t skipped, bool is_always_told = false);

  std::string buffer_;
  bool tries_again_ = false;  // for TryNext
  size_t start_ = 0;          // what lies in front has been handed out
  bool is_lost_ = false;      // in front of `start_` was an error; the next header is looked for
};

}  // namespace som::protocol
