// The shell's input: how lines become inputs, what may complete them, and what running them does.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "compiler/concat.h"
#include "tests/fuzz/machine.h"
#include "tests/fuzz/targets.h"
#include "vm/loading/universe.h"
#include "vm/shell/completion.h"
#include "vm/shell/input.h"
#include "vm/shell/session.h"
#include "vm/shell/shell.h"
#include "vm/support/check.h"
#include "vm/vm.h"

namespace som::fuzz {

namespace {

constexpr size_t kMaxCompletedLines = 20;

std::vector<std::string> LinesOf(std::string_view input) {
  std::vector<std::string> lines;
  while (!input.empty()) {
    const size_t end = std::min(input.find('\n'), input.size());
    lines.emplace_back(input.substr(0, end));
    input.remove_prefix(std::min(end + 1, input.size()));
  }
  return lines;
}

// The scanner keeps all that is typed.
void CheckScanner(const std::vector<std::string>& lines) {
  InputScanner scanner;
  std::string expected;
  for (const std::string& line : lines) {
    scanner.Add(line);
    expected += Concat(line, "\n");
    std::string kept = scanner.text();
    if (!kept.ends_with('\n')) kept += '\n';
    Check(kept == expected, "an input is not what was typed");
    SortInput(kept);
    if (!scanner.IsComplete()) continue;
    scanner.Clear();
    expected.clear();
  }
}

void CheckCompletion(VM& vm, const std::vector<std::string>& lines) {
  Session session(vm, 0, InterruptGuard::Deaf::kWaits);
  Check(session.Start(), "a session does not start");
  for (size_t i = 0; i < std::min(lines.size(), kMaxCompletedLines); ++i) {
    const Completions completions = Complete(session, lines[i]);
    Check(completions.start <= lines[i].size(), "a word begins behind its line");
    Check(std::is_sorted(completions.words.begin(), completions.words.end()),
          "completions are not sorted");
  }
}

void TakeForStandardInput(std::string_view input) {
  const int file = memfd_create("input", 0);
  Check(file >= 0 && write(file, input.data(), input.size()) == static_cast<ssize_t>(input.size()),
        "the input cannot be handed on");
  Check(std::freopen(Concat("/proc/self/fd/", file).c_str(), "r", stdin) != nullptr,
        "the input cannot be read");
  close(file);
}

}  // namespace

void FuzzShell(std::string_view input) {
  const std::vector<std::string> lines = LinesOf(input);
  CheckScanner(lines);
  TakeForStandardInput(input);
  // Prompts and values too, as on a terminal.
  WithMachine(InterpretedOptions(), [&lines](VM& vm) {
    if (!StartSystem(vm)) return static_cast<int>(kExitFailure);
    CheckCompletion(vm, lines);
    return RunShell(vm, {.is_interactive = true});
  });
}

}  // namespace som::fuzz
