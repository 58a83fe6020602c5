// Frames over file descriptors. Who waits for what, and on which thread, is the callers' affair.
#pragma once

#include <string_view>

#include "vm/protocol/frame_parser.h"

namespace som::protocol {

// Gives the parser what can be read, waiting for at least a byte. False at the end of the input, or
// if it cannot be read.
bool ReadInto(int in, FrameParser* parser);

// Writes a frame, whole. False if it cannot be written, such as when the other side is gone; for
// that, the process has to ignore SIGPIPE. Does not lock: frames of two threads may mix.
bool WriteFrame(int out, std::string_view content);

}  // namespace som::protocol
