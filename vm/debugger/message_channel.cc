// See message_channel.h.
#include "vm/debugger/message_channel.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <string_view>
#include <utility>

#include "compiler/concat.h"

namespace som {

namespace {

constexpr std::string_view kLength = "Content-Length:";
constexpr std::string_view kType = "Content-Type:";
constexpr size_t kMaxMessageBytes = size_t{64} << 20;
constexpr size_t kMaxHeaderBytes = 4096;
constexpr size_t kBufferBytes = size_t{64} << 10;
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

bool MessageChannel::Send(const nlohmann::json& message) {
  const std::string body = message.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  const std::string text = Concat(kLength, " ", body.size(), "\r\n\r\n", body);
  const std::lock_guard lock(sending_);
  std::string_view left = text;
  while (!left.empty()) {
    const ssize_t written = write(out_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    left.remove_prefix(static_cast<size_t>(written));
  }
  return true;
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

bool MessageChannel::ReadByte(char* byte) {
  if (position_ == buffer_.size()) {
    buffer_.resize(kBufferBytes);
    ssize_t count = 0;
    do {
      count = read(in_, buffer_.data(), buffer_.size());
    } while (count < 0 && errno == EINTR);
    buffer_.resize(count > 0 ? static_cast<size_t>(count) : 0);
    position_ = 0;
    if (count <= 0) return false;
  }
  *byte = buffer_[position_++];
  return true;
}

void MessageChannel::Read() {
  while (ReadMessage()) {
  }
  Incoming end;
  end.is_end = true;
  Push(std::move(end));
}

bool MessageChannel::ReadMessage() {
  const auto complain = [this](std::string problem) {
    if (std::exchange(is_in_junk_, true)) return;
    Incoming incoming;
    incoming.problem = std::move(problem);
    Push(std::move(incoming));
  };
  std::optional<size_t> length;
  std::string line;
  char c = 0;
  while (true) {
    line.clear();
    while (true) {
      if (!ReadByte(&c)) {
        if (!line.empty() || length.has_value()) complain("The input ends within a message.");
        return false;
      }
      if (c == '\n') break;
      if (line.size() < kMaxHeaderBytes) line += c;
    }
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) {
      if (length.has_value()) break;
      continue;
    }
    if (line.starts_with(kType)) continue;
    const size_t at = line.find(kLength);
    if (at != 0) complain(Concat("'", line.substr(0, 80), "' is no header of a message."));
    if (at == std::string::npos) continue;
    const size_t digits = line.find_first_not_of(' ', at + kLength.size());
    size_t value = 0;
    const char* begin = line.data() + std::min(digits, line.size());
    const char* end = line.data() + line.size();
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (error != std::errc() || stop != end || value > kMaxMessageBytes) {
      is_in_junk_ = false;
      complain(Concat("'", line.substr(at, 80), "' is no length of a message."));
      length.reset();
      continue;
    }
    length = value;
  }
  std::string body;
  body.reserve(*length);
  while (body.size() < *length) {
    if (!ReadByte(&c)) {
      is_in_junk_ = false;
      complain("The input ends within a message.");
      return false;
    }
    body += c;
  }
  is_in_junk_ = false;
  Incoming incoming;
  incoming.message = nlohmann::json::parse(body, nullptr, false);
  if (incoming.message.is_discarded() || !incoming.message.is_object()) {
    incoming.message = nlohmann::json::object();
    incoming.problem = "A message is no JSON object.";
  }
  Push(std::move(incoming));
  return true;
}

}  // namespace som
