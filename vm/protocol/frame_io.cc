// See frame_io.h.
#include "vm/protocol/frame_io.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "compiler/concat.h"

namespace som::protocol {

namespace {

constexpr size_t kReadBytes = size_t{64} << 10;

}  // namespace

bool ReadInto(int in, FrameParser* parser) {
  std::array<char, kReadBytes> bytes;
  ssize_t count = 0;
  do count = read(in, bytes.data(), bytes.size());
  while (count < 0 && errno == EINTR);
  if (count <= 0) return false;
  parser->Append({bytes.data(), static_cast<size_t>(count)});
  return true;
}

bool WriteFrame(int out, std::string_view content) {
  const std::string frame = Concat("Content-Length: ", content.size(), "\r\n\r\n", content);
  std::string_view left = frame;
  while (!left.empty()) {
    const ssize_t written = write(out, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    left.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace som::protocol
