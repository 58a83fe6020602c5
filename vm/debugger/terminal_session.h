// What the debugger in a terminal knows between commands. Shared by terminal.cc, which reads them,
// and terminal_commands.cc, which does what they say.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vm/debugger/debugger.h"
#include "vm/debugger/terminal.h"

namespace som {

class LineEditor;

// On standard error, behind what the program has printed.
void Tell(std::string_view text);

class TerminalSession final : public DebuggerFront {
 public:
  explicit TerminalSession(const DebuggedProgram& program);
  ~TerminalSession();
  TerminalSession(const TerminalSession&) = delete;
  TerminalSession& operator=(const TerminalSession&) = delete;

  int Run(const std::function<VM&()>& make_vm);

  Resume Stopped(Debugger& debugger, const Stop& stop) override;
  bool Attend(Debugger& debugger) override;

 private:
  // False at the end of the input.
  bool Read(std::string_view prompt, std::string* line);
  // Until one says how the program goes on, or starts.
  Resume ReadCommands();
  void ReadDefinition(const std::string& first_line);
  void RunCommand(const std::string& line);
  std::vector<std::string> Complete(std::string_view line, size_t* start);

  // The commands: each gets its argument without blanks around it.
#define SOM_DEBUGGER_COMMAND(function, name, others, argument, repeats, help) \
  void function(const std::string& argument_text);
#include "vm/debugger/commands.def"

  struct Command;
  static const std::vector<Command>& Commands();
  // The command that a word means; null after saying that there is none, or several.
  static const Command* Find(const std::string& word);

  void GoOn(Resume::Kind kind);
  void AddBreakpoint(const std::string& argument, bool is_temporary);
  void SetEnabled(const std::string& argument, bool is_enabled);
  void MoveBy(const std::string& argument, bool towards_callers);
  void ShowStop(const Stop& stop);
  void ShowFrame();
  void ShowLines(uint32_t first, uint32_t last, uint32_t marked);
  void ShowDisplays();
  void ShowVariables(const std::vector<FrameVariable>& variables, std::string_view none);
  void InfoBreak();
  void InfoErrors();
  std::string FrameText(const Frame& frame) const;
  const Frame& Selected() const { return debugger_->frames()[frame_]; }
  std::string CurrentFile() const;
  // False after saying that the program does not run.
  bool NeedsProgram() const;
  // The breakpoints that an argument names by number; nothing after saying that it does not.
  std::optional<std::vector<int>> BreakpointNumbers(const std::string& argument);

  const DebuggedProgram& program_;
  SourceLines sources_;
  std::string program_file_;
  std::unique_ptr<LineEditor> editor_;
  bool is_terminal_ = false;
  Breakpoints breakpoints_;
  ErrorFilter errors_;
  bool shows_library_ = false;
  std::vector<std::pair<int, std::string>> displays_;
  int next_display_ = 1;
  std::string last_command_;

  Debugger* debugger_ = nullptr;  // while the program runs
  bool is_stopped_ = false;
  size_t frame_ = 0;
  uint32_t next_listed_ = 0;  // 0: nothing has been listed since the stop
  std::optional<Resume> resume_;
  bool has_run_ = false;
  bool stops_at_start_ = false;
  bool runs_again_ = false;
  bool quits_ = false;
  int status_ = 0;
};

}  // namespace som
