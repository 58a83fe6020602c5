// The debugger in a terminal: reads commands (commands.def) from standard input, runs them, shows
// where the program has stopped on standard error. Standard output is the program's alone.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace som {

class VM;

struct DebuggedProgram {
  std::string program;  // a class or its file
  std::vector<std::string> arguments;
  std::vector<std::string> class_path;
};

// Reads commands until the user quits or standard input ends. `make_vm` makes a VM whose options
// have `debug` set; it ends the one before. Answers the exit status: that of the program where it
// has ended, otherwise 0.
int DebugInTerminal(const DebuggedProgram& program, const std::function<VM&()>& make_vm);

}  // namespace som
