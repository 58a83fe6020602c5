// Mandelbrot set, one bit a point; the result is the exclusive or of all bytes.

#include "programs.h"

static const struct Expected kExpected[] = {{1, 128},   {3, 224},   {10, 127}, {50, 15},
                                            {100, 239}, {500, 191}, {750, 50}, {1000, 101}};

bool Mandelbrot(int inner) {
  int sum = 0, byte = 0, count = 0;
  for (int y = 0; y < inner; ++y) {
    const double ci = 2.0 * y / inner - 1.0;
    for (int x = 0; x < inner; ++x) {
      const double cr = 2.0 * x / inner - 1.5;
      double zrzr = 0.0, zi = 0.0, zizi = 0.0;
      int escape = 0;
      for (int round = 0; round < 50; ++round) {
        const double zr = zrzr - zizi + cr;
        zi = 2.0 * zr * zi + ci;
        zrzr = zr * zr;
        zizi = zi * zi;
        if (zrzr + zizi > 4.0) {
          escape = 1;
          break;
        }
      }
      byte = byte * 2 + escape;
      ++count;
      if (count == 8 || x == inner - 1) {
        sum ^= byte << (8 - count);
        byte = count = 0;
      }
    }
  }
  return IS_EXPECTED(kExpected, inner, sum);
}
