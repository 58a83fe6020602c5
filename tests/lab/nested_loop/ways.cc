// Runs the thirty bytecodes of the nested loop in each way that the laboratory has, and prints for
// each: name, sum, nanoseconds of a round, by the processor's clock; making the code is included.
// Usage: nested_loop_ways N nested_loop_ways --list prints the bytecodes, one a line, each with its
// operand, for ways that are no part of this program.

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string_view>

#include "bytecodes.h"

namespace {

struct Way {
  const char* name;
  std::uint32_t (*run)(std::uint32_t limit);
};

constexpr Way kWays[] = {
    {"direct-threading", som::lab::RunThreaded},
#if defined(__x86_64__)
    {"templates", som::lab::RunTemplates},
#endif
};

constexpr const char* kNames[som::lab::kBytecodes] = {
    "push", "load", "store", "add", "multiply", "less", "jump-if-false", "jump", "halt"};

int List() {
  for (const som::lab::Instruction& instruction : som::lab::kNestedLoop) {
    std::printf("%s", kNames[static_cast<std::size_t>(instruction.bytecode)]);
    if (instruction.HasOperand()) {
      std::printf(" %d", instruction.operand);
    }
    std::printf("\n");
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--list") {
    return List();
  }
  const unsigned long limit = argc == 2 ? std::strtoul(argv[1], nullptr, 10) : 0;
  if (limit < 1 || limit > 1000000) {
    std::fprintf(stderr, "usage: nested_loop_ways --list | N, with N from 1 to 1000000\n");
    return 2;
  }
  for (const Way& way : kWays) {
    const std::clock_t start = std::clock();
    const std::uint32_t sum = way.run(static_cast<std::uint32_t>(limit));
    const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
    const double rounds = static_cast<double>(limit) * static_cast<double>(limit);
    std::printf("%s %lu %.6f\n", way.name, static_cast<unsigned long>(sum), seconds * 1e9 / rounds);
  }
  return 0;
}
