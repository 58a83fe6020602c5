// Random letters of genetic sequences, and the checksum of what is made of them.

#ifndef SOM_TESTS_LAB_PROGRAMS_C_DNA_H_
#define SOM_TESTS_LAB_PROGRAMS_C_DNA_H_

#define LETTERS "acgtBDHKMNRSVWY"

static const double kPlain[] = {0.30, 0.50, 0.70, 1.0};
static const double kAmbiguous[] = {0.27, 0.39, 0.51, 0.78, 0.80, 0.82, 0.84, 0.86,
                                    0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0};

enum { kFirstSeed = 42 };

// The index of a letter drawn from a table of cumulative probabilities; `seed` is moved on.
static inline int Draw(int* seed, const double* probabilities) {
  *seed = (*seed * 3877 + 29573) % 139968;
  const double r = *seed / 139968.0;
  int index = 0;
  while (r >= probabilities[index]) ++index;
  return index;
}

static inline long Check(long sum, long code) { return (sum * 31 + code) % 1000003; }

#endif  // SOM_TESTS_LAB_PROGRAMS_C_DNA_H_
