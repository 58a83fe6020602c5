// The shell: reads inputs from a terminal or a pipe, runs them, shows their values.
#pragma once

#include <string>

namespace som {

class VM;

struct ShellOptions {
  bool is_interactive = false;   // banner, prompts and values also where no terminal is
  bool stops_at_errors = false;  // status 1 at the first error, where nobody can react to it
  double timeout = 0;            // seconds that an input may run; 0: no limit
};

// Reads standard input until its end. The system classes must be loaded. Answers the process's exit
// status.
int RunShell(VM& vm, const ShellOptions& options);

// Evaluates statements and prints the value as the shell shows it. The system classes must be
// loaded. Answers the exit status.
int PrintExpression(VM& vm, const std::string& text, double timeout);

}  // namespace som
