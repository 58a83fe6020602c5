// Turns a random sequence around in place and replaces each letter by that of the opposite strand.
// The result is its checksum.

#include <stdlib.h>

#include "dna.h"
#include "programs.h"

static const struct Expected kExpected[] = {{100, 345616}, {10000, 895495}, {500000, 935382}};

bool ReverseComplement(int inner) {
  static const char kTo[] = "tgcaVHDMKNYSBWR";
  char complements[128];
  for (int i = 0; LETTERS[i] != '\0'; ++i) complements[(int)LETTERS[i]] = kTo[i];
  char* sequence = malloc((size_t)inner);
  int seed = kFirstSeed;
  for (int i = 0; i < inner; ++i) sequence[i] = LETTERS[Draw(&seed, kAmbiguous)];
  for (int low = 0, high = inner - 1; low <= high; ++low, --high) {
    const char letter = complements[(int)sequence[low]];
    sequence[low] = complements[(int)sequence[high]];
    sequence[high] = letter;
  }
  long sum = 0;
  for (int i = 0; i < inner; ++i) sum = Check(sum, sequence[i]);
  free(sequence);
  return IS_EXPECTED(kExpected, inner, sum);
}
