// The spectral norm of an infinite matrix, cut to size and approximated by the power method.

#include <math.h>
#include <stdlib.h>

#include "programs.h"

static const struct {
  int inner;
  double norm;
} kExpected[] = {{1, 1.0},
                 {10, 1.2718440192507248},
                 {20, 1.2738398405412965},
                 {50, 1.2741938369830932},
                 {100, 1.2742199912349306},
                 {200, 1.2742236013532107},
                 {300, 1.2742239856297708}};

static double Element(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void Multiply(const double* source, double* destination, int n, bool transposed) {
  for (int i = 0; i < n; ++i) {
    double sum = 0.0;
    for (int j = 0; j < n; ++j) sum += (transposed ? Element(j, i) : Element(i, j)) * source[j];
    destination[i] = sum;
  }
}

static void MultiplyAtA(const double* source, double* destination, double* scratch, int n) {
  Multiply(source, scratch, n, false);
  Multiply(scratch, destination, n, true);
}

bool SpectralNorm(int inner) {
  const size_t size = (size_t)inner;
  double* u = malloc(size * sizeof(double));
  double* v = malloc(size * sizeof(double));
  double* scratch = malloc(size * sizeof(double));
  for (int i = 0; i < inner; ++i) u[i] = 1.0;
  for (int round = 0; round < 10; ++round) {
    MultiplyAtA(u, v, scratch, inner);
    MultiplyAtA(v, u, scratch, inner);
  }
  double vbv = 0.0, vv = 0.0;
  for (int i = 0; i < inner; ++i) {
    vbv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  free(u);
  free(v);
  free(scratch);
  const double norm = sqrt(vbv / vv);
  for (size_t i = 0; i < sizeof(kExpected) / sizeof(kExpected[0]); ++i) {
    if (kExpected[i].inner == inner) return fabs(norm - kExpected[i].norm) <= 1e-12;
  }
  return norm > 1;
}
