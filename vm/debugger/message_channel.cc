// See message_channel.h.
#include "vm/debugger/message_channel.h"

#include <csignal>
#include <utility>

#include "vm/protocol/frame_io.h"

namespace som {

namespace {

using protocol::Json;

// How often the VM is told of what waits.
constexpr std::chrono::milliseconds kPeriod(20);
constexpr int kSomeTimes = 5;

}  // namespace

void MessageChannel::Start(Arrived arrived) {
  arrived_ = std::move(arrived);
  // Signals are for the thread that runs the program.
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, &before);
  reader_ = std::thread([this] { Read(); });
  reader_.detach();
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Incoming MessageChannel::Wait() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !queue_.empty() || is_over_; });
  Incoming first;
  first.is_end = true;
  if (!queue_.empty()) {
    first = std::move(queue_.front());
    queue_.pop_front();
  }
  changed_.notify_all();
  return first;
}

std::optional<Incoming> MessageChannel::Poll() {
  {
    const std::lock_guard lock(mutex_);
    if (queue_.empty() && !is_over_) return std::nullopt;
  }
  return Wait();
}

bool MessageChannel::Send(const Json& message) {
  const std::string content = protocol::WriteJson(message);
  const std::lock_guard lock(sending_);
  return protocol::WriteFrame(out_, content);
}

void MessageChannel::Push(Incoming incoming) {
  std::unique_lock lock(mutex_);
  is_over_ = is_over_ || incoming.is_end;
  const Incoming told = incoming;
  queue_.push_back(std::move(incoming));
  changed_.notify_all();
  // A request may get lost while a program does something else.
  for (std::chrono::milliseconds waited(0); !queue_.empty(); waited += kPeriod) {
    lock.unlock();
    const bool is_urgent = arrived_(told, waited);
    lock.lock();
    changed_.wait_for(lock, kPeriod, [this] { return queue_.empty(); });
    // What comes behind may be urgent.
    if (!is_urgent && waited >= kSomeTimes * kPeriod) break;
  }
}

void MessageChannel::Push(protocol::Frame frame) {
  Incoming incoming;
  std::optional<Json> message;
  if (frame.error.empty()) message = protocol::ParseJson(frame.content);
  if (!frame.error.empty()) {
    incoming.problem = std::move(frame.error);
  } else if (!message.has_value() || !message->is_object()) {
    incoming.problem = "A message is no JSON object.";
  } else {
    incoming.message = std::move(*message);
  }
  Push(std::move(incoming));
}

void MessageChannel::Read() {
  protocol::FrameParser parser;
  while (protocol::ReadInto(in_, &parser)) {
    while (std::optional<protocol::Frame> frame = parser.Next()) Push(std::move(*frame));
  }
  if (std::optional<protocol::Frame> frame = parser.End()) Push(std::move(*frame));
  Incoming end;
  end.is_end = true;
  Push(std::move(end));
}

}  // namespace som
