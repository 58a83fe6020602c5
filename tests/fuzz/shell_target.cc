// The shell's input.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <string>

#include "compiler/concat.h"
#include "tests/fuzz/machine.h"
#include "tests/fuzz/targets.h"
#include "vm/loading/universe.h"
#include "vm/support/check.h"
#include "vm/vm.h"

namespace som::fuzz {

void FuzzShell(std::string_view input) {
  const int file = memfd_create("input", 0);
  Check(file >= 0 && write(file, input.data(), input.size()) == static_cast<ssize_t>(input.size()),
        "the input cannot be handed on");
  Check(std::freopen(Concat("/proc/self/fd/", file).c_str(), "r", stdin) != nullptr,
        "the input cannot be read");
  close(file);
  WithMachine(InterpretedOptions(), [](VM& vm) { return RunShell(vm, true); });
}

}  // namespace som::fuzz
