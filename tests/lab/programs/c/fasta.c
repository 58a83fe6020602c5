// Sequences in lines of sixty letters: a pattern repeated, and two drawn at random. The result is
// the checksum of all lines.

#include <string.h>

#include "dna.h"
#include "programs.h"

static const struct Expected kExpected[] = {{10, 166900}, {1000, 690592}, {200000, 889593}};

static const char kPattern[] = "GGCTAACGTTCAGGATCCTGA";

static long Write(const char* line, int length, long sum) {
  for (int i = 0; i < length; ++i) sum = Check(sum, line[i]);
  return Check(sum, '\n');
}

static long Repeat(long count, long sum) {
  char line[60];
  size_t at = 0;
  for (long left = count; left > 0; left -= 60) {
    const int length = left < 60 ? (int)left : 60;
    for (int i = 0; i < length; ++i) {
      line[i] = kPattern[at];
      at = at + 1 == strlen(kPattern) ? 0 : at + 1;
    }
    sum = Write(line, length, sum);
  }
  return sum;
}

static long Random(long count, int* seed, const double* probabilities, long sum) {
  char line[60];
  for (long left = count; left > 0; left -= 60) {
    const int length = left < 60 ? (int)left : 60;
    for (int i = 0; i < length; ++i) line[i] = LETTERS[Draw(seed, probabilities)];
    sum = Write(line, length, sum);
  }
  return sum;
}

bool Fasta(int inner) {
  int seed = kFirstSeed;
  long sum = Repeat(2L * inner, 0);
  sum = Random(3L * inner, &seed, kAmbiguous, sum);
  sum = Random(5L * inner, &seed, kPlain, sum);
  return IS_EXPECTED(kExpected, inner, sum);
}
