// The messages of the Debug Adapter Protocol over two file descriptors: a thread that reads them,
// and the queue where they wait. How bytes become frames is vm/protocol/'s; what messages mean is
// dap_session.h's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "vm/protocol/frame_parser.h"
#include "vm/protocol/json_fields.h"

namespace som {

// What has come in.
struct Incoming {
  protocol::Json message = protocol::Json::object();  // empty unless one has come
  std::string problem;                                // what came is no message; the text says why
  bool is_end = false;                                // nothing more will come
};

class MessageChannel {
 public:
  // Reads `in` on a thread of its own from Start on. Does not close the descriptors. Lives as long
  // as the process.
  MessageChannel(int in, int out) : in_(in), out_(out) {}
  MessageChannel(const MessageChannel&) = delete;
  MessageChannel& operator=(const MessageChannel&) = delete;

  // `arrived` is called on the reader's thread whenever something waits to be taken, with the time
  // that it has waited: some times, or, where that answers true, until it is taken.
  using Arrived = std::function<bool(const Incoming&, std::chrono::milliseconds)>;
  void Start(Arrived arrived);

  // What has come in first; waits for it. After the end, always the end.
  Incoming Wait();
  // The same, or nothing if there is nothing.
  std::optional<Incoming> Poll();

  // Sends an object, whole. May be called by several threads. False if the other side is gone.
  bool Send(const protocol::Json& message);

 private:
  void Read();
  void Push(protocol::Frame frame);
  void Push(Incoming incoming);

  int in_;
  int out_;
  Arrived arrived_;
  std::thread reader_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Incoming> queue_;
  bool is_over_ = false;
  std::mutex sending_;
};

}  // namespace som
