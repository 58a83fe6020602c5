// A stand-in for a SOM VM whose work depends on its last argument alone; it fails for the benchmark
// Sieve.

#include <cstdio>
#include <cstdlib>
#include <string>

int main(int argc, char** argv) {
  if (std::string(argv[argc - 2]) == "Sieve") {
    std::puts("ERROR: Benchmark failed with incorrect result");
    return 1;
  }
  const int rounds = std::atoi(argv[argc - 1]);
  volatile int work = 0;
  for (int i = 0; i < rounds * 10000; ++i) {
    work = work + 1;
  }
  return 0;
}
