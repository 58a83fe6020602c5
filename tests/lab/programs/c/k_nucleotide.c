// Counts how often each run of some lengths occurs in a random sequence, with a chained hash table
// of strings. The result is a checksum of the numbers of different runs and of the squares of how
// often they occur.

#include <stdlib.h>
#include <string.h>

#include "dna.h"
#include "programs.h"

static const struct Expected kExpected[] = {{100, 333785}, {2000, 126679}, {200000, 608055}};

struct Entry {
  struct Entry* next;
  const char* run;  // in the sequence, without an end
  long count;
};

static unsigned Hash(const char* run, int length) {
  unsigned hash = 2166136261u;
  for (int i = 0; i < length; ++i) hash = (hash ^ (unsigned char)run[i]) * 16777619u;
  return hash;
}

static long Add(const char* sequence, int size, int k, long sum) {
  unsigned buckets = 1;
  while (buckets < (unsigned)size) buckets *= 2;
  struct Entry** table = calloc(buckets, sizeof *table);
  long distinct = 0;
  for (int i = 0; i + k <= size; ++i) {
    struct Entry** place = &table[Hash(sequence + i, k) & (buckets - 1)];
    struct Entry* entry = *place;
    while (entry != NULL && memcmp(entry->run, sequence + i, (size_t)k) != 0) entry = entry->next;
    if (entry == NULL) {
      entry = malloc(sizeof *entry);
      *entry = (struct Entry){*place, sequence + i, 0};
      *place = entry;
      ++distinct;
    }
    ++entry->count;
  }
  long squares = 0;
  for (unsigned i = 0; i < buckets; ++i) {
    for (struct Entry* entry = table[i]; entry != NULL;) {
      struct Entry* next = entry->next;
      squares += entry->count * entry->count;
      free(entry);
      entry = next;
    }
  }
  free(table);
  return Check(Check(sum, distinct), squares % 1000003);
}

bool KNucleotide(int inner) {
  static const int kLengths[] = {1, 2, 3, 4, 6, 12, 18};
  char* sequence = malloc((size_t)inner);
  int seed = kFirstSeed;
  for (int i = 0; i < inner; ++i) sequence[i] = LETTERS[Draw(&seed, kPlain)];
  long sum = 0;
  for (size_t i = 0; i < sizeof(kLengths) / sizeof(kLengths[0]); ++i)
    sum = Add(sequence, inner, kLengths[i], sum);
  free(sequence);
  return IS_EXPECTED(kExpected, inner, sum);
}
