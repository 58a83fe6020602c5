// See output.h.
#include "vm/support/output.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>

namespace som {

namespace {

// A line longer than this is asked about before it is read on, and again whenever it has grown by
// this part of itself.
constexpr size_t kLineBytes = size_t{64} << 10;
constexpr size_t kQuestionDivisor = 8;

// Answers false if not all of it could be written.
bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// Allocates nothing: it is also used where memory is refused.
class StandardOutput {
 public:
  StandardOutput() : is_terminal_(isatty(STDOUT_FILENO) != 0) {}
  ~StandardOutput() { Flush(); }
  StandardOutput(const StandardOutput&) = delete;
  StandardOutput& operator=(const StandardOutput&) = delete;

  void Write(std::string_view text) {
    if (size_ + text.size() > limit_) [[unlikely]] {
      MakeRoom(text);
      if (text.size() > kCapacity) {
        Put(text);
        return;
      }
    }
    std::copy(text.begin(), text.end(), buffer_ + size_);
    size_ += text.size();
    if (is_terminal_ && text.find('\n') != std::string_view::npos) Flush();
  }

  void SetListener(OutputListener listener, void* context) {
    listener_ = listener;
    context_ = context;
    limit_ = listener == nullptr ? kCapacity : 0;
  }
  void Tell(std::string_view text, bool is_error) const {
    if (listener_ != nullptr) listener_(context_, text, is_error);
  }

  bool Flush() {
    Put({buffer_, size_});
    size_ = 0;
    return error_ == 0;
  }

  int error() const { return error_; }

 private:
  static constexpr size_t kCapacity = size_t{64} << 10;

  // The text may not fit, or somebody listens.
  void MakeRoom(std::string_view text) {
    Tell(text, false);
    if (size_ + text.size() > kCapacity) Flush();
  }

  void Put(std::string_view text) {
    if (!WriteAll(STDOUT_FILENO, text) && error_ == 0) error_ = errno;
  }

  char buffer_[kCapacity];
  size_t size_ = 0;
  // Up to where text is only appended: 0 where somebody listens, who then costs nothing when absent.
  size_t limit_ = kCapacity;
  OutputListener listener_ = nullptr;
  void* context_ = nullptr;
  bool is_terminal_;
  int error_ = 0;  // of the first write that failed
};

StandardOutput& Out() {
  static StandardOutput out;
  return out;
}

}  // namespace

void WriteOut(std::string_view text) { Out().Write(text); }

bool FlushOut() { return Out().Flush(); }

int OutError() { return Out().error(); }

void SetOutputListener(OutputListener listener, void* context) {
  Out().SetListener(listener, context);
}

void WriteError(std::string_view text) {
  FlushOut();
  Out().Tell(text, true);
  WriteAll(STDERR_FILENO, text);
}

std::optional<std::string> ReadLine() {
  return ReadLine([](size_t) { return true; });
}

std::optional<std::string> ReadLine(absl::FunctionRef<bool(size_t)> may_hold) {
  FlushOut();
  size_t next_question = kLineBytes;
  std::string line;
  int c = std::getc(stdin);
  if (c == EOF) {
    std::clearerr(stdin);  // at a terminal, more may follow
    return std::nullopt;
  }
  while (c != EOF && c != '\n') {
    line += static_cast<char>(c);
    if (line.size() == next_question) {
      if (!may_hold(next_question)) return line;
      next_question += next_question / kQuestionDivisor;
    }
    c = std::getc(stdin);
  }
  if (c == '\n' && !line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

}  // namespace som
