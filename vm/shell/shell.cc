// See shell.h.
#include "vm/shell/shell.h"

#include <unistd.h>

#include <memory>
#include <optional>

#include "compiler/concat.h"
#include "vm/interpreter/interrupts.h"
#include "vm/loading/universe.h"
#include "vm/shell/commands.h"
#include "vm/shell/completion.h"
#include "vm/shell/input.h"
#include "vm/shell/line_editor.h"
#include "vm/shell/session.h"
#include "vm/support/output.h"
#include "vm/vm.h"

namespace som {

namespace {

constexpr std::string_view kBanner = "SOM Shell. Type \"quit\" to exit.\n";
constexpr std::string_view kPrompt = "---> ";
constexpr std::string_view kContinuation = "...> ";

enum class Reading : uint8_t { kLine, kCancelled, kEnd };

class Shell {
 public:
  Shell(VM& vm, const ShellOptions& options)
      : vm_(vm), options_(options), session_(vm, options.timeout, InterruptGuard::Deaf::kWaits) {
    is_terminal_ = isatty(STDIN_FILENO) != 0;
    prompts_ = is_terminal_ || options.is_interactive;
  }

  int Run() {
    if (!session_.Start()) return kExitFailure;
    if (LineEditor::IsPossible()) {
      editor_ =
          std::make_unique<LineEditor>(HistoryFile(), [this](std::string_view line, size_t* start) {
            Completions completions = Complete(session_, line);
            *start = completions.start;
            return std::move(completions.words);
          });
    }
    if (prompts_) WriteOut(kBanner);
    InputScanner scanner;
    while (true) {
      std::string line;
      switch (Read(scanner.text().empty() ? kPrompt : kContinuation, &line)) {
        case Reading::kCancelled:
          scanner.Clear();
          continue;
        case Reading::kEnd:
          return End(scanner);
        case Reading::kLine:
          break;
      }
      scanner.Add(line);
      if (!scanner.IsComplete()) continue;
      const std::optional<int> status = Take(scanner.text());
      if (status.has_value()) return *status;
      scanner.Clear();
    }
  }

 private:
  Reading Read(std::string_view prompt, std::string* line) {
    if (editor_ != nullptr) {
      FlushOut();
      switch (editor_->Read(std::string(prompt), line)) {
        case LineEditor::Outcome::kLine:
          return Reading::kLine;
        case LineEditor::Outcome::kCancelled:
          return Reading::kCancelled;
        case LineEditor::Outcome::kEnd:
          return Reading::kEnd;
      }
    }
    if (prompts_) WriteOut(prompt);
    std::optional<std::string> text;
    bool is_cancelled = false;
    {
      std::optional<InterruptGuard> guard;
      if (is_terminal_) guard.emplace(vm_, 0, InterruptGuard::Deaf::kWaits);
      text = ReadLine();
      is_cancelled = vm_.requested_interrupt == Interrupt::kUser;
    }
    if (is_terminal_) vm_.Recover();
    if (is_cancelled) {
      WriteOut("\n");
      return Reading::kCancelled;
    }
    if (!text.has_value()) return Reading::kEnd;
    *line = std::move(*text);
    return Reading::kLine;
  }

  // At the end of the standard input: what has been begun is an input, too.
  int End(const InputScanner& scanner) {
    if (is_terminal_) WriteOut("\n");
    int status = kExitSuccess;
    if (!scanner.text().empty() && !is_terminal_) status = Take(scanner.text()).value_or(status);
    return FlushOut() || status != kExitSuccess ? status : kExitFailure;
  }

  // Runs a complete input. Answers the exit status if the shell is to be left.
  std::optional<int> Take(const std::string& text) {
    switch (SortInput(text).kind) {
      case InputKind::kNothing:
        return std::nullopt;
      case InputKind::kQuit:
        return Leave(kExitSuccess);
      case InputKind::kCommand:
        switch (RunCommand(session_, text)) {
          case CommandOutcome::kDone:
            return std::nullopt;
          case CommandOutcome::kError:
            return AfterError();
          case CommandOutcome::kQuit:
            return Leave(kExitSuccess);
          case CommandOutcome::kExit:
            return Leave(session_.exit_status());
        }
        return std::nullopt;
      default:
        break;
    }
    switch (session_.Run(text)) {
      case Session::Outcome::kNothing:
        return std::nullopt;
      case Session::Outcome::kError:
        return AfterError();
      case Session::Outcome::kExit:
        return Leave(session_.exit_status());
      case Session::Outcome::kValue:
        break;
    }
    if (!prompts_) return std::nullopt;
    const std::optional<std::string> shown = session_.TextOfIt();
    if (!shown.has_value()) return Leave(session_.exit_status());
    WriteOut(Concat("it = ", *shown, "\n"));
    return std::nullopt;
  }

  std::optional<int> AfterError() const {
    if (options_.stops_at_errors) return Leave(kExitFailure);
    return std::nullopt;
  }

  static int Leave(int status) {
    return FlushOut() || status != kExitSuccess ? status : kExitFailure;
  }

  VM& vm_;
  const ShellOptions& options_;
  Session session_;
  std::unique_ptr<LineEditor> editor_;
  bool is_terminal_ = false;
  bool prompts_ = false;
};

}  // namespace

int RunShell(VM& vm, const ShellOptions& options) { return Shell(vm, options).Run(); }

int PrintExpression(VM& vm, const std::string& text, double timeout) {
  Session session(vm, timeout, InterruptGuard::Deaf::kEnds);
  if (!session.Start()) return kExitFailure;
  switch (session.Run(text)) {
    case Session::Outcome::kError:
    case Session::Outcome::kExit:
      FlushOut();
      return session.exit_status();
    default:
      break;
  }
  const std::optional<std::string> shown = session.TextOfIt();
  if (shown.has_value()) WriteOut(Concat(*shown, "\n"));
  const int status = shown.has_value() ? kExitSuccess : session.exit_status();
  return FlushOut() || status != kExitSuccess ? status : kExitFailure;
}

}  // namespace som
