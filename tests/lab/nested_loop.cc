// The nested loop of the laboratory as plain C++: prints the sum of i * j for all i, j below N, in
// 64 bits and as it wraps in 32, and the nanoseconds a round of the 64-bit loop took. Built twice,
// without and with optimisation. Usage: nested_loop N

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

template <typename Word>
Word SumOfProducts(Word n) {
  Word sum = 0;
  for (Word i = 0; i < n; ++i) {
    for (Word j = 0; j < n; ++j) {
      sum += i * j;
    }
  }
  return sum;
}

}  // namespace

int main(int argc, char** argv) {
  const std::uint64_t n = argc == 2 ? std::strtoull(argv[1], nullptr, 10) : 0;
  if (n < 1 || n > 1000000) {
    std::fprintf(stderr, "usage: nested_loop N, with N from 1 to 1000000\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  const std::uint64_t wide = SumOfProducts<std::uint64_t>(n);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
  const std::uint32_t narrow = SumOfProducts<std::uint32_t>(static_cast<std::uint32_t>(n));
  std::printf("%llu %lu %.6f\n", static_cast<unsigned long long>(wide),
              static_cast<unsigned long>(narrow),
              elapsed.count() * 1e9 / (static_cast<double>(n) * static_cast<double>(n)));
  return 0;
}
