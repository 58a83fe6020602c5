// Mandelbrot set, one bit a point; the result is the exclusive or of all bytes.
'use strict';

const EXPECTED = new Map([[1, 128], [3, 224], [10, 127], [50, 15], [100, 239], [500, 191], [750, 50],
  [1000, 101]]);

function mandelbrot(size) {
  let sum = 0, byte = 0, count = 0;
  for (let y = 0; y < size; y++) {
    const ci = (2.0 * y / size) - 1.0;
    for (let x = 0; x < size; x++) {
      const cr = (2.0 * x / size) - 1.5;
      let zrzr = 0.0, zi = 0.0, zizi = 0.0, round = 0, escape = 0;
      while (round < 50) {
        const zr = zrzr - zizi + cr;
        zi = 2.0 * zr * zi + ci;
        zrzr = zr * zr;
        zizi = zi * zi;
        if (zrzr + zizi > 4.0) {
          escape = 1;
          break;
        }
        round++;
      }
      byte = byte * 2 + escape;
      count++;
      if (count === 8) {
        sum ^= byte;
        byte = count = 0;
      } else if (x === size - 1) {
        sum ^= byte << (8 - count);
        byte = count = 0;
      }
    }
  }
  return sum;
}

module.exports = (inner) => {
  const result = mandelbrot(inner);
  return !EXPECTED.has(inner) || EXPECTED.get(inner) === result;
};
