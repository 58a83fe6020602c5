// The programs of this folder: each takes the inner value and answers whether its result is right.

#ifndef SOM_TESTS_LAB_PROGRAMS_C_PROGRAMS_H_
#define SOM_TESTS_LAB_PROGRAMS_C_PROGRAMS_H_

#include <stdbool.h>
#include <stddef.h>

bool BinaryTrees(int inner);
bool Dhrystone(int inner);
bool Fannkuch(int inner);
bool Fasta(int inner);
bool KNucleotide(int inner);
bool Mandelbrot(int inner);
bool NBody(int inner);
bool ReverseComplement(int inner);
bool Richards(int inner);
bool SpectralNorm(int inner);

// A size with its expected result, for sizes that have one.
struct Expected {
  int inner;
  long result;
};

// True when `result` is the one of `inner` in the table, or the table does not know that size.
static inline bool IsExpected(const struct Expected* table, size_t count, int inner, long result) {
  for (size_t i = 0; i < count; ++i) {
    if (table[i].inner == inner) return table[i].result == result;
  }
  return true;
}

#define IS_EXPECTED(table, inner, result) \
  IsExpected(table, sizeof(table) / sizeof((table)[0]), inner, result)

#endif  // SOM_TESTS_LAB_PROGRAMS_C_PROGRAMS_H_
