// Measures the reference engines, or compares them with each other.
//
// lab_engines ROUNDS REPEATS prints a line for each: name, result, nanoseconds of a round,
// nanoseconds to compile the program.
//   The clock is the processor's, and the fastest of five series counts, as outside influences only
//   add.
// lab_engines --agree PROGRAMS SEED runs that many random programs on all of them; the first on
// which two disagree is printed.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <memory>
#include <string_view>
#include <vector>

#include "engine.h"
#include "program.h"

namespace som::lab {
namespace {

constexpr Word kStepValue = 3;
constexpr int kSeries = 5;

struct NamedEngine {
  const char* name;
  Compile compile;
};

constexpr NamedEngine kEngines[] = {
    {"ast-walker", CompileAstWalker},
    {"bytecode-switch", CompileBytecodeSwitch},
    {"bytecode-goto", CompileBytecodeGoto},
    {"closures", CompileClosures},
    {"closure-continuations", CompileClosureContinuations},
    {"closure-stack-continuations", CompileClosureStackContinuations},
    {"bytecode-closures", CompileBytecodeClosures},
    {"stack-closures", CompileStackClosures},
    {"tape-closures", CompileTapeClosures},
    {"register-closures", CompileRegisterClosures},
    {"tape-continuations", CompileTapeContinuations},
};

struct NamedLoop {
  const char* name;
  Word (*run)(Word rounds, Word step);
};

constexpr NamedLoop kNative[] = {
    {"native-plain", NativeLoopPlain},
    {"native-optimised", NativeLoopOptimised},
};

// Nanoseconds of processor time since some moment.
double Now() { return static_cast<double>(std::clock()) * (1e9 / CLOCKS_PER_SEC); }

// Nanoseconds that `work` took in the fastest of the series.
template <typename Work>
double FastestSeries(const Work& work) {
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kSeries; ++i) {
    const double start = Now();
    work();
    best = std::min(best, Now() - start);
  }
  return best;
}

// Nanoseconds for one compile of the program; getting rid of the result is not part of it.
double CompileTime(Compile compile, const Program& program) {
  constexpr std::size_t kCompiles = 1000;
  double best = std::numeric_limits<double>::infinity();
  for (int i = 0; i < kSeries; ++i) {
    std::vector<std::unique_ptr<Executable>> results(kCompiles);
    const double start = Now();
    for (std::unique_ptr<Executable>& result : results) {
      result = compile(program);
    }
    best = std::min(best, Now() - start);
  }
  return best / static_cast<double>(kCompiles);
}

// Prints the line of one engine; false when its result is wrong. `run`: one run of the loop,
// returns its result.
template <typename Run>
bool Measure(const char* name, Word rounds, std::int64_t repeats, double compile_ns,
             const Run& run) {
  Word total = 0;
  const double best = FastestSeries([&] {
    for (std::int64_t i = 0; i < repeats; ++i) {
      total = run();
    }
  });
  const double ns = best / (static_cast<double>(rounds) * static_cast<double>(repeats));
  std::printf("%s %llu %.4f %.1f\n", name, static_cast<unsigned long long>(total), ns, compile_ns);
  return total == rounds * kStepValue;
}

int MeasureAll(Word rounds, std::int64_t repeats) {
  const Program program = LoopProgram();
  bool correct = true;
  for (const NamedEngine& engine : kEngines) {
    const std::unique_ptr<Executable> executable = engine.compile(program);
    const auto run = [&] {
      Frame frame{rounds, kStepValue};
      return executable->Run(frame);
    };
    correct =
        Measure(engine.name, rounds, repeats, CompileTime(engine.compile, program), run) && correct;
  }
  for (const NamedLoop& loop : kNative) {
    correct =
        Measure(loop.name, rounds, repeats, 0, [&] { return loop.run(rounds, kStepValue); }) &&
        correct;
  }
  return correct ? 0 : 1;
}

int CompareAll(std::uint64_t programs, std::uint64_t first_seed) {
  for (std::uint64_t seed = first_seed; seed < first_seed + programs; ++seed) {
    const Program program = RandomProgram(seed);
    Word expected = 0;
    for (const NamedEngine& engine : kEngines) {
      Frame frame{};
      for (std::size_t i = 0; i < program.arguments; ++i) {
        frame[i] = seed + i;
      }
      const Word result = engine.compile(program)->Run(frame);
      if (&engine == kEngines) {
        expected = result;
      } else if (result != expected) {
        std::printf("%s computes %llu, %s computes %llu; seed %llu\n%s", kEngines[0].name,
                    static_cast<unsigned long long>(expected), engine.name,
                    static_cast<unsigned long long>(result), static_cast<unsigned long long>(seed),
                    ToText(program).c_str());
        return 1;
      }
    }
  }
  std::printf("%llu programs, %zu engines: all agree\n", static_cast<unsigned long long>(programs),
              std::size(kEngines));
  return 0;
}

int Main(int argc, char** argv) {
  const bool compare = argc == 4 && std::string_view(argv[1]) == "--agree";
  if (compare || argc == 3) {
    const long long first = std::strtoll(argv[argc - 2], nullptr, 10);
    const long long second = std::strtoll(argv[argc - 1], nullptr, 10);
    if (first > 0 && second > 0) {
      return compare
                 ? CompareAll(static_cast<std::uint64_t>(first), static_cast<std::uint64_t>(second))
                 : MeasureAll(static_cast<Word>(first), second);
    }
  }
  std::fprintf(stderr, "usage: lab_engines ROUNDS REPEATS | lab_engines --agree PROGRAMS SEED\n");
  return 2;
}

}  // namespace
}  // namespace som::lab

int main(int argc, char** argv) { return som::lab::Main(argc, argv); }
