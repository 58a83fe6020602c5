// See message_stream.h.
#include "vm/language_server/message_stream.h"

#include <poll.h>

#include <cerrno>
#include <utility>

#include "vm/protocol/frame_io.h"

namespace som::lsp {

using protocol::Frame;

// False if nothing has come.
bool MessageStream::Fill(bool waits) {
  if (at_end_) return false;
  pollfd descriptor{in_, POLLIN, 0};
  int ready = 0;
  do ready = poll(&descriptor, 1, waits ? -1 : 0);
  while (ready < 0 && errno == EINTR);
  if (ready == 0) return false;
  at_end_ = !protocol::ReadInto(in_, &parser_);
  return !at_end_;
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

}  // namespace som::lsp
