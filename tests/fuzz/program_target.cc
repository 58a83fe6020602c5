// Whole programs, the kind that `som -` reads: a class or statements. Interpreted and compiled they
// end with the same status, unless a limit ends them.
#include <string>

#include "tests/fuzz/machine.h"
#include "tests/fuzz/targets.h"
#include "vm/loading/universe.h"
#include "vm/support/check.h"
#include "vm/vm.h"

namespace som::fuzz {

namespace {

// What may make two runs of a program different: clocks, chance, and how deep the stack or how full
// the heap gets.
bool MayDiffer(std::string_view text) {
  for (const std::string_view word :
       {"ime", "ticks", "andom", "gcStats", "ash", "objectSize", "new:"}) {
    if (text.find(word) != std::string_view::npos) return true;
  }
  return false;
}

}  // namespace

void FuzzProgram(std::string_view input) {
  const std::string text(input);
  const auto run = [&text](VM& vm) { return RunText(vm, text, {"one", "two"}); };
  const int interpreted = WithMachine(InterpretedOptions(), run);
  const int limit = StatusOf(Interrupt::kSteps);
  if (interpreted == limit && text.size() % 4 != 0) return;  // most would only take their time
  const int compiled = WithMachine(CompiledOptions(), run);
  if (interpreted == limit || compiled == limit || MayDiffer(input)) return;
  Check(interpreted == compiled, "compiled code ends with another status");
}

}  // namespace som::fuzz
