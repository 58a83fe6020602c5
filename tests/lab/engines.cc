// Runs the reference engines and prints for each: name, result, nanoseconds a round.
// Usage: lab_engines ROUNDS REPEATS. The fastest of five series counts, as outside influences only
// add.

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "engine.h"

namespace som::lab {
namespace {

constexpr std::int64_t kStepValue = 3;
constexpr int kSeries = 5;

struct NamedEngine {
  const char* name;
  std::unique_ptr<Engine> (*make)();
};

constexpr NamedEngine kEngines[] = {
    {"ast-walker", MakeAstWalker},
    {"closures", MakeClosures},
    {"closure-continuations", MakeClosureContinuations},
    {"bytecode-switch", MakeBytecodeSwitch},
    {"bytecode-goto", MakeBytecodeGoto},
};

double SecondsOfSeries(const Engine& engine, std::int64_t rounds, std::int64_t repeats,
                       std::int64_t* total) {
  const auto start = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < repeats; ++i) {
    Frame frame{};
    frame[kCount] = rounds;
    frame[kStep] = kStepValue;
    engine.Run(frame);
    *total = frame[kTotal];
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  return elapsed.count();
}

// Prints the line of one engine; false when its result is wrong.
bool Measure(const NamedEngine& named, std::int64_t rounds, std::int64_t repeats) {
  const std::unique_ptr<Engine> engine = named.make();
  std::int64_t total = 0;
  double best = SecondsOfSeries(*engine, rounds, repeats, &total);
  for (int i = 1; i < kSeries; ++i) {
    const double seconds = SecondsOfSeries(*engine, rounds, repeats, &total);
    best = seconds < best ? seconds : best;
  }
  const double ns = best * 1e9 / (static_cast<double>(rounds) * static_cast<double>(repeats));
  std::printf("%s %lld %.4f\n", named.name, static_cast<long long>(total), ns);
  return total == rounds * kStepValue;
}

int Main(int argc, char** argv) {
  const std::int64_t rounds = argc == 3 ? std::strtoll(argv[1], nullptr, 10) : 0;
  const std::int64_t repeats = argc == 3 ? std::strtoll(argv[2], nullptr, 10) : 0;
  if (rounds < 1 || repeats < 1) {
    std::fprintf(stderr, "usage: lab_engines ROUNDS REPEATS\n");
    return 2;
  }
  bool correct = true;
  for (const NamedEngine& named : kEngines) {
    correct = Measure(named, rounds, repeats) && correct;
  }
  return correct ? 0 : 1;
}

}  // namespace
}  // namespace som::lab

int main(int argc, char** argv) { return som::lab::Main(argc, argv); }
