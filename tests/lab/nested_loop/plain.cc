// The nested loop of the laboratory as plain C++. Prints for each of its forms: name, the sum of i
// * j for all i, j below N, the nanoseconds of a round by the processor's clock. Built twice,
// without and with optimisation. Usage: nested_loop N
//
// With a volatile bound the optimiser must read the bound in each round, so it cannot replace a
// loop by its closed form.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace {

// Bound: Word, or volatile Word.
template <typename Word, typename Bound>
Word SumOfProducts(Bound& n) {
  Word sum = 0;
  for (Word i = 0; i < n; ++i) {
    for (Word j = 0; j < n; ++j) {
      sum += i * j;
    }
  }
  return sum;
}

template <typename Word, typename Bound>
void Measure(const char* name, Word n) {
  Bound bound = n;
  const std::clock_t start = std::clock();
  const Word sum = SumOfProducts<Word>(bound);
  const double seconds = static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
  std::printf("%s %llu %.6f\n", name, static_cast<unsigned long long>(sum),
              seconds * 1e9 / (static_cast<double>(n) * static_cast<double>(n)));
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t n = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (n < 1 || n > 1000000) {
    std::fprintf(stderr, "usage: nested_loop N, with N from 1 to 1000000\n");
    return 2;
  }
  const auto narrow = static_cast<std::uint32_t>(n);
  Measure<std::uint64_t, std::uint64_t>("64-bit", n);
  Measure<std::uint32_t, std::uint32_t>("32-bit", narrow);
  Measure<std::uint32_t, volatile std::uint32_t>("volatile-bound", narrow);
  return 0;
}
