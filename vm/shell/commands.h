// The shell's commands: inputs that begin with a colon. What they are is commands.def's.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace som {

class Session;

enum class CommandOutcome : uint8_t {
  kDone,
  kError,  // told of on standard error
  kQuit,   // the shell is to be left
  kExit,   // the same, by `system exit:`; the session knows the status
};

// Runs the command that `input` is: `:name`, blanks, an argument. What it tells is on standard
// output.
CommandOutcome RunCommand(Session& session, const std::string& input);

// All commands, with their colons.
std::vector<std::string> CommandNames();

}  // namespace som
