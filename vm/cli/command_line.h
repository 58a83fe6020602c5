// What a command line asks for. Defining, reading and checking options is here; doing what they ask
// for is main.cc's.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "vm/explain/start_condition.h"
#include "vm/observation/profile.h"
#include "vm/options.h"

namespace som {

// The value of an option whose file is optional, where there is none.
inline constexpr char kNoFile[] = "-";

// What the command line asks for beyond the VM's own options.
struct Command {
  Options options;
  std::string class_path;
  bool has_class_path = false;
  std::optional<std::string> expression;
  bool prints_value = false;  // of the expression
  bool runs_shell = false;    // behind the program, or with prompts where no terminal is
  bool shell_stops_at_errors = false;
  std::string hints = "auto";
  std::string disassemble;  // "", "static" or "live"
  std::string program;      // "": shell; "-": text on standard input
  std::vector<std::string> arguments;
  std::string statistics;  // "", "text" or "json"
  std::string statistics_file;
  std::string gc_statistics;
  std::string gc_statistics_file;
  std::string jit_page;  // where to; empty: none
  bool serves_editor = false;
  bool explains = false;
  std::string explain_page;  // where to; empty: named after the program
  size_t explain_steps = 20000;
  explain::StartCondition explain_from;
  bool debugs = false;  // the program, in the terminal
  std::string dap;      // "": no; kNoFile: on standard input and output; or a port
  // By ProfileKind: empty, kNoFile, or where to.
  std::array<std::string, 2> profiles;
  const std::string& ProfileOf(ProfileKind kind) const {
    return profiles[static_cast<size_t>(kind)];
  }
  bool IsProfiled() const { return !profiles[0].empty() || !profiles[1].empty(); }
};

// Reads the arguments, without the program's name. Nothing: `command` is to be done. Otherwise all
// is done already, help or a message is written, and this is the exit status.
std::optional<int> ParseCommandLine(std::vector<std::string> arguments, Command* command);

}  // namespace som
