// Pancake flips over all permutations; the result is the greatest number of flips.

#include <string.h>

#include "programs.h"

enum { kMost = 12 };

static const struct Expected kExpected[] = {{1, 0},  {2, 1},   {3, 2},   {4, 4},
                                            {5, 7},  {6, 10},  {7, 16},  {8, 22},
                                            {9, 30}, {10, 38}, {11, 51}, {12, 65}};

static int Flips(int* perm) {
  int count = 0;
  for (int first = perm[0]; first != 1; first = perm[0]) {
    for (int i = 0; i < first / 2; ++i) {
      const int element = perm[i];
      perm[i] = perm[first - 1 - i];
      perm[first - 1 - i] = element;
    }
    ++count;
  }
  return count;
}

// Moves on to the next permutation; false behind the last.
static bool Advance(int* perm, int* rotated, int n) {
  for (int r = 2; r <= n; ++r) {
    const int first = perm[0];
    for (int i = 0; i < r - 1; ++i) perm[i] = perm[i + 1];
    perm[r - 1] = first;
    rotated[r] = (rotated[r] + 1) % r;
    if (rotated[r] != 0) return true;
  }
  return false;
}

bool Fannkuch(int inner) {
  if (inner < 1 || inner > kMost) return false;
  int perm[kMost], copy[kMost], rotated[kMost + 1] = {0};
  for (int i = 0; i < inner; ++i) perm[i] = i + 1;
  int most = 0;
  do {
    memcpy(copy, perm, sizeof perm);
    const int flips = Flips(copy);
    if (flips > most) most = flips;
  } while (Advance(perm, rotated, inner));
  return IS_EXPECTED(kExpected, inner, most);
}
