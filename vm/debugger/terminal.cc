// See terminal.h. What each command does is terminal_commands.cc's.
#include "vm/debugger/terminal.h"

#include <unistd.h>

#include <csignal>

#include "compiler/concat.h"
#include "compiler/similar_names.h"
#include "vm/debugger/terminal_session.h"
#include "vm/loading/class_path.h"
#include "vm/loading/universe.h"
#include "vm/shell/input.h"
#include "vm/shell/line_editor.h"
#include "vm/support/output.h"

namespace som {

namespace {

constexpr std::string_view kPrompt = "(som) ";
constexpr std::string_view kContinuation = "...> ";
// How often the user has to ask until a program is ended that does not come to a statement.
constexpr int kInsistence = 3;
constexpr int kInterruptedStatus = 130;

Debugger* interrupted_debugger = nullptr;
volatile sig_atomic_t interrupts = 0;

void OnInterrupt(int /*signal*/) {
  interrupts = interrupts + 1;
  if (interrupts >= kInsistence) _exit(kInterruptedStatus);
  if (interrupted_debugger != nullptr) interrupted_debugger->RequestPause();
}

// While it lives, Ctrl-C stops the program.
class PauseGuard {
 public:
  explicit PauseGuard(Debugger& debugger) {
    interrupted_debugger = &debugger;
    interrupts = 0;
    struct sigaction action{};
    action.sa_handler = OnInterrupt;
    action.sa_flags = SA_RESTART;
    sigaction(SIGINT, &action, &previous_);
  }
  ~PauseGuard() {
    sigaction(SIGINT, &previous_, nullptr);
    interrupted_debugger = nullptr;
  }
  PauseGuard(const PauseGuard&) = delete;
  PauseGuard& operator=(const PauseGuard&) = delete;

 private:
  struct sigaction previous_{};
};

}  // namespace

void Tell(std::string_view text) { WriteError(text); }

TerminalSession::TerminalSession(const DebuggedProgram& program)
    : program_(program), sources_(program.class_path) {
  const std::optional<std::string> file = sources_.FindFile(program.program);
  if (file.has_value()) program_file_ = *file;
  is_terminal_ = isatty(STDIN_FILENO) != 0;
  if (LineEditor::IsPossible()) {
    const std::string history = HistoryFile();
    editor_ = std::make_unique<LineEditor>(
        history.empty() ? history : Concat(history, "_debugger"),
        [this](std::string_view line, size_t* start) { return Complete(line, start); });
  }
}

TerminalSession::~TerminalSession() = default;

bool TerminalSession::Read(std::string_view prompt, std::string* line) {
  while (editor_ != nullptr) {
    FlushOut();
    switch (editor_->Read(std::string(prompt), line)) {
      case LineEditor::Outcome::kLine:
        return true;
      case LineEditor::Outcome::kEnd:
        return false;
      case LineEditor::Outcome::kCancelled:
        line->clear();
        if (prompt == kContinuation) return true;
        break;
    }
  }
  if (is_terminal_) Tell(prompt);
  std::optional<std::string> text = ReadLine();
  if (!text.has_value()) return false;
  *line = std::move(*text);
  return true;
}

Resume TerminalSession::ReadCommands() {
  std::string line;
  resume_.reset();
  while (!resume_.has_value()) {
    if (!Read(kPrompt, &line)) {
      if (is_terminal_) Tell("\n");
      Quit("");
      break;
    }
    interrupts = 0;
    const InputKind kind = SortInput(line).kind;
    if (kind == InputKind::kClass || kind == InputKind::kMethod) {
      ReadDefinition(line);
    } else {
      RunCommand(line);
    }
  }
  return resume_.value_or(Resume{Resume::Kind::kTerminate});
}

void TerminalSession::ReadDefinition(const std::string& first_line) {
  InputScanner scanner;
  scanner.Add(first_line);
  std::string line;
  while (!scanner.IsComplete()) {
    if (!Read(kContinuation, &line)) break;
    scanner.Add(line);
  }
  if (!NeedsProgram()) return;
  std::string text = scanner.text();
  if (text.ends_with('\n')) text.pop_back();
  if (debugger_->Define(text))
    Tell("Defined. New calls run it; `restart frame` begins an old one again.\n");
}

Resume TerminalSession::Stopped(Debugger& debugger, const Stop& stop) {
  debugger_ = &debugger;
  is_stopped_ = true;
  frame_ = stop.frame;
  next_listed_ = 0;
  ShowStop(stop);
  const Resume resume = ReadCommands();
  is_stopped_ = false;
  return resume;
}

bool TerminalSession::Attend(Debugger& /*debugger*/) { return true; }

int TerminalSession::Run(const std::function<VM&()>& make_vm) {
  Tell(Concat("Debugging ", program_.program, ". `run` starts it, `help` lists the commands.\n"));
  ReadCommands();
  while (!quits_) {
    VM& vm = make_vm();
    Debugger debugger(vm, breakpoints_, errors_, *this, ProgramClassName(program_.program));
    debugger_ = &debugger;
    debugger.set_shows_library(shows_library_);
    runs_again_ = false;
    has_run_ = true;
    if (debugger.Start()) {
      if (stops_at_start_) debugger.StopAtStart();
      const PauseGuard guard(debugger);
      status_ = RunProgram(vm, program_.program, program_.arguments);
    } else {
      status_ = kExitFailure;
      FlushOut();
    }
    debugger_ = nullptr;
    if (quits_) return kExitSuccess;
    if (runs_again_) continue;
    Tell(Concat("The program has ended with status ", status_, ".\n"));
    ReadCommands();
  }
  return status_;
}

int DebugInTerminal(const DebuggedProgram& program, const std::function<VM&()>& make_vm) {
  return TerminalSession(program).Run(make_vm);
}

}  // namespace som
