// Running programs: finding the core library and the program, the start-up protocol, expressions.
// What the command line does, without the command line; the shell is vm/shell/'s.
#pragma once

#include <string>
#include <vector>

#include "vm/objects/value.h"

namespace som {

class VM;

// Process exit statuses.
enum ExitStatus { kExitSuccess = 0, kExitFailure = 1 };

// What to do after start-up; each loads the system classes first and answers the process's exit
// status.

// `system initialize:` with the class name of the program, which may be given as its file, and the
// arguments. A program that is not there or cannot be read is told of on stderr.
int RunProgram(VM& vm, const std::string& program, const std::vector<std::string>& arguments);
// Evaluates statements and prints nothing but what they print.
int RunExpression(VM& vm, const std::string& text);
// Compiles and runs a program's text: a whole class, or statements.
int RunText(VM& vm, const std::string& text, const std::vector<std::string>& arguments);
// Loads the system classes and binds the globals that every program has. False: errors are on
// stderr. Does nothing but answer true when they are there already, so that more can be run after
// one of the above.
bool StartSystem(VM& vm);

// Runs `body` on a thread whose C++ stack has `bytes` of address space, so that recursion in SOM
// programs ends at the value stack's limit. Tells `body` the lowest address it may use.
int RunOnLargeStack(size_t bytes, int (*body)(void* argument, const char* stack_limit),
                    void* argument);

}  // namespace som
