// See frame_parser.h.
#include "vm/protocol/frame_parser.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "compiler/concat.h"

namespace som::protocol {

namespace {

constexpr std::string_view kLength = "Content-Length";
constexpr std::string_view kType = "Content-Type";
constexpr size_t kMaxContentMegabytes = 256;
constexpr size_t kMaxContent = kMaxContentMegabytes << 20;
constexpr size_t kMaxHeader = size_t{4} << 10;
// So much of a line is shown in an error.
constexpr size_t kMaxShown = 80;

struct Header {
  std::optional<size_t> length;
  std::string error;
  bool is_length_wrong = false;
};

std::string Trimmed(std::string_view text) {
  return std::string(absl::StripAsciiWhitespace(std::string(text)));
}

// One line of a header, without its end.
void ReadHeaderLine(std::string_view line, Header* header) {
  const std::string shown = Concat("'", line.substr(0, kMaxShown), "'");
  const size_t colon = line.find(':');
  const std::string name = Trimmed(line.substr(0, colon));
  const bool is_name = std::all_of(name.begin(), name.end(), [](char c) {
    return c == '-' || absl::ascii_isalnum(static_cast<unsigned char>(c));
  });
  if (colon == std::string_view::npos || !is_name) {
    header->error = Concat(shown, " is no header of a message.");
    return;
  }
  const std::string value = Trimmed(line.substr(colon + 1));
  if (absl::EqualsIgnoreCase(name, std::string(kLength))) {
    const bool is_number = !value.empty() && std::all_of(value.begin(), value.end(), [](char c) {
      return absl::ascii_isdigit(static_cast<unsigned char>(c));
    });
    size_t length = 0;
    // What is too large for the type, too, is above the limit.
    const bool is_in_range = is_number && absl::SimpleAtoi(value, &length) && length <= kMaxContent;
    header->is_length_wrong = !is_in_range;
    if (!is_number) {
      header->error = Concat(shown, " is no length of a message: it is no number.");
    } else if (!is_in_range) {
      header->error =
          Concat(shown, " is no length of a message: it is above ", kMaxContentMegabytes, " MB.");
    } else {
      header->length = length;
    }
  } else if (absl::EqualsIgnoreCase(name, std::string(kType))) {
    const size_t charset = value.find("charset=");
    const std::string encoding =
        charset == std::string::npos ? "utf-8" : Trimmed(value.substr(charset + 8));
    if (!absl::EqualsIgnoreCase(encoding, "utf-8") && !absl::EqualsIgnoreCase(encoding, "utf8"))
      header->error = Concat("There is no encoding '", encoding, "' here; use utf-8.");
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

// Skips what cannot be a header, `skipped` bytes at least. Reports the error where it is the first
// of what is lost together, or always told.
std::optional<Frame> FrameParser::Fail(std::string error, size_t skipped, bool is_always_told) {
  start_ += skipped;
  if (!std::exchange(is_lost_, true) || is_always_told) return Frame{"", std::move(error)};
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

std::optional<Frame> FrameParser::End() {
  const bool is_left = start_ < buffer_.size();
  const bool is_within = is_left && (!is_lost_ || FindHeader(buffer_, start_) == start_);
  start_ = buffer_.size();
  if (!is_within) return std::nullopt;
  return Frame{"", "The input ends within a message."};
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
    if (line_end > kMaxHeader) return Fail("A header is too long.", 1);
    std::string_view line = text.substr(line_begin, line_end - line_begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty()) ReadHeaderLine(line, &header);
    // The rest of the line may be the beginning of the next message.
    if (!header.error.empty())
      return Fail(std::move(header.error), line_begin + 1, header.is_length_wrong);
    line_begin = line_end + 1;
    if (line.empty()) break;
  }
  // A line may end like one that gives a length, behind the rest of a lost message.
  if (!header.length.has_value()) return Fail("A header has no Content-Length.", 1);
  if (text.size() - line_begin < *header.length) return std::nullopt;
  Frame frame{std::string(text.substr(line_begin, *header.length)), ""};
  start_ += line_begin + *header.length;
  is_lost_ = false;
  return frame;
}

}  // namespace som::protocol
