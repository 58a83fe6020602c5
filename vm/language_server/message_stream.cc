// See message_stream.h.
#include "vm/language_server/message_stream.h"

#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "compiler/concat.h"

namespace som::lsp {

namespace {

constexpr std::string_view kLength = "Content-Length";
constexpr std::string_view kType = "Content-Type";
constexpr size_t kMaxContent = size_t{256} << 20;
constexpr size_t kMaxHeader = size_t{4} << 10;
constexpr size_t kReadBytes = size_t{64} << 10;

struct Header {
  std::optional<size_t> length;
  std::string error;
};

std::string Trimmed(std::string_view text) {
  return std::string(absl::StripAsciiWhitespace(std::string(text)));
}

// One line of a header, without its end.
void ReadHeaderLine(std::string_view line, Header* header) {
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    header->error = "A header line has no colon";
    return;
  }
  const std::string name = Trimmed(line.substr(0, colon));
  const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
    return c == '-' || absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
  if (!is_name) {
    header->error = "A header line does not begin with a name";
    return;
  }
  const std::string value = Trimmed(line.substr(colon + 1));
  if (absl::EqualsIgnoreCase(name, std::string(kLength))) {
    size_t length = 0;
    const bool is_number = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
    if (!is_number || !absl::SimpleAtoi(value, &length)) {
      header->error = "Content-Length is not a number";
    } else if (length > kMaxContent) {
      header->error = "Content-Length is too large";
    } else {
      header->length = length;
    }
  } else if (absl::EqualsIgnoreCase(name, std::string(kType))) {
    const size_t charset = value.find("charset=");
    const std::string encoding =
        charset == std::string::npos ? "utf-8" : Trimmed(value.substr(charset + 8));
    if (!absl::EqualsIgnoreCase(encoding, "utf-8") && !absl::EqualsIgnoreCase(encoding, "utf8"))
      header->error = Concat("There is no encoding ", encoding, " here; use utf-8");
  }
}

// Where the next header begins; behind the text if there is none.
size_t FindHeader(std::string_view text, size_t from) {
  const auto same = [](char a, char b) {
    return absl::ascii_tolower(static_cast<unsigned char>(a)) ==
           absl::ascii_tolower(static_cast<unsigned char>(b));
  };
  const auto found = std::search(text.begin() + static_cast<ptrdiff_t>(from), text.end(),
                                 kLength.begin(), kLength.end(), same);
  return static_cast<size_t>(found - text.begin());
}

}  // namespace

// Reports an error, one for all that is lost together, and skips what cannot be a header: `skipped`
// bytes at least.
std::optional<Frame> FrameParser::Fail(std::string error, size_t skipped) {
  start_ += skipped;
  const bool is_new = !is_lost_;
  is_lost_ = true;
  if (is_new) return Frame{"", std::move(error)};
  tries_again_ = true;
  return std::nullopt;
}

std::optional<Frame> FrameParser::Next() {
  std::optional<Frame> frame;
  do {
    tries_again_ = false;
    frame = TryNext();
  } while (tries_again_);
  return frame;
}

std::optional<Frame> FrameParser::TryNext() {
  if (start_ > kMaxHeader && start_ * 2 > buffer_.size()) {
    buffer_.erase(0, start_);
    start_ = 0;
  }
  if (is_lost_) {
    const size_t found = FindHeader(buffer_, start_);
    // The beginning of a header may be all that is there of it.
    const size_t kept = std::min(buffer_.size(), kLength.size());
    if (found == buffer_.size()) {
      start_ = std::max(start_, buffer_.size() - kept);
      return std::nullopt;
    }
    start_ = found;
  }
  const std::string_view text = std::string_view(buffer_).substr(start_);
  Header header;
  size_t line_begin = 0;
  while (true) {
    const size_t line_end = text.find('\n', line_begin);
    if (line_end == std::string_view::npos && text.size() <= kMaxHeader) return std::nullopt;
    if (line_end > kMaxHeader) return Fail("A header is too long", 1);
    std::string_view line = text.substr(line_begin, line_end - line_begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) ReadHeaderLine(line, &header);
    // The rest of the line may be the beginning of the next message.
    if (!header.error.empty()) return Fail(std::move(header.error), line_begin + 1);
    line_begin = line_end + 1;
    if (line.empty()) break;
  }
  if (!header.length.has_value()) return Fail("A header has no Content-Length", line_begin);
  if (text.size() - line_begin < *header.length) return std::nullopt;
  Frame frame{std::string(text.substr(line_begin, *header.length)), ""};
  start_ += line_begin + *header.length;
  is_lost_ = false;
  return frame;
}

bool MessageStream::Fill(bool waits) {
  if (at_end_) return false;
  pollfd descriptor{in_, POLLIN, 0};
  int ready = 0;
  do ready = poll(&descriptor, 1, waits ? -1 : 0);
  while (ready < 0 && errno == EINTR);
  if (ready == 0) return false;
  std::array<char, kReadBytes> bytes;
  ssize_t count = 0;
  do count = read(in_, bytes.data(), bytes.size());
  while (count < 0 && errno == EINTR);
  if (count <= 0) {
    at_end_ = true;
    return false;
  }
  parser_.Append({bytes.data(), static_cast<size_t>(count)});
  return true;
}

void MessageStream::Collect() {
  while (std::optional<Frame> frame = parser_.Next()) pending_.push_back(std::move(*frame));
}

void MessageStream::ReadPending() {
  while (Fill(/*waits=*/false)) Collect();
}

std::optional<Frame> MessageStream::Read() {
  while (pending_.empty()) {
    if (!Fill(/*waits=*/true)) return std::nullopt;
    Collect();
  }
  Frame frame = std::move(pending_.front());
  pending_.pop_front();
  return frame;
}

bool MessageStream::Write(std::string_view content) {
  const std::string message = Concat(kLength, ": ", content.size(), "\r\n\r\n", content);
  size_t written = 0;
  while (written < message.size()) {
    const ssize_t count = write(out_, message.data() + written, message.size() - written);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    written += static_cast<size_t>(count);
  }
  return true;
}

}  // namespace som::lsp
