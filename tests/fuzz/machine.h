// A virtual machine for one input: small, with limits that end every program.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "vm/options.h"

namespace som {
class VM;
}

namespace som::fuzz {

// The class path is the minimal library's directory.
Options InterpretedOptions();  // ended after so many bytecodes
Options CompiledOptions();     // compiled from the third activation on; ended after a while

// Makes the machine, lets `body` run in it, and checks its heap. Answers what `body` answers.
int WithMachine(const Options& options, const std::function<int(VM& vm)>& body);

}  // namespace som::fuzz
