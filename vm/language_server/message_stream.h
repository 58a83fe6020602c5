// The editor's messages, in the order in which they come: waits for the next one, and takes those
// that have arrived already. How bytes become frames is vm/protocol/'s.
#pragma once

#include <deque>
#include <optional>

#include "vm/protocol/frame_parser.h"

namespace som::lsp {

class MessageStream {
 public:
  explicit MessageStream(int in) : in_(in) {}

  // Waits for the next frame; none at the end of the input.
  std::optional<protocol::Frame> Read();
  // Queues what has arrived already, without waiting.
  void ReadPending();
  std::deque<protocol::Frame>& pending() { return pending_; }

 private:
  bool Fill(bool waits);
  void Collect();

  int in_;
  bool at_end_ = false;
  protocol::FrameParser parser_;
  std::deque<protocol::Frame> pending_;
};

}  // namespace som::lsp
