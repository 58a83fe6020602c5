// Runs a program of this folder as the SOM suite's harness would: harness NAME ITERATIONS INNER.

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "programs.h"

struct Program {
  const char* name;
  bool (*run)(int inner);
};

#define PROGRAM(name) {#name, name}
static const struct Program kPrograms[] = {
    PROGRAM(BinaryTrees), PROGRAM(Dhrystone),   PROGRAM(Fannkuch), PROGRAM(Fasta),
    PROGRAM(KNucleotide), PROGRAM(Mandelbrot),  PROGRAM(NBody),    PROGRAM(ReverseComplement),
    PROGRAM(Richards),    PROGRAM(SpectralNorm)};

int main(int argc, char** argv) {
  if (argc != 4) {
    fprintf(stderr, "usage: harness NAME ITERATIONS INNER\n");
    return 2;
  }
  for (size_t i = 0; i < sizeof(kPrograms) / sizeof(kPrograms[0]); ++i) {
    if (strcmp(kPrograms[i].name, argv[1]) != 0) continue;
    for (int left = atoi(argv[2]); left > 0; --left) {
      const clock_t start = clock();
      const bool verified = kPrograms[i].run(atoi(argv[3]));
      const double microseconds = (double)(clock() - start) * 1e6 / CLOCKS_PER_SEC;
      if (!verified) {
        fprintf(stderr, "%s: Benchmark failed with incorrect result\n", argv[1]);
        return 1;
      }
      printf("%s: iterations=1 runtime: %.0fus\n", argv[1], microseconds);
    }
    return 0;
  }
  fprintf(stderr, "no benchmark %s\n", argv[1]);
  return 1;
}
