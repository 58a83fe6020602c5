// Gradient noise in the plane, as Perlin made it: a permutation table, a fade curve, linear interpolation;
// three octaves over a picture of 24 by 24 points.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

class GradientNoise {
  constructor() {
    const random = new Random();
    this.permutation = Array.from({length: 256}, (_, i) => i);
    for (let i = 256; i >= 2; i--) {
      const other = random.next() % i;
      const element = this.permutation[i - 1];
      this.permutation[i - 1] = this.permutation[other];
      this.permutation[other] = element;
    }
  }

  benchmark() {
    let sum = 0;
    for (let y = 0; y < 24; y++) {
      for (let x = 0; x < 24; x++) sum += Math.abs(this.octaves(x * 0.173, y * 0.219));
    }
    return sum;
  }

  octaves(x, y) {
    let sum = 0;
    let frequency = 1;
    let amplitude = 1;
    for (let i = 0; i < 3; i++) {
      sum += amplitude * this.noise(x * frequency, y * frequency);
      frequency *= 2;
      amplitude *= 0.5;
    }
    return sum;
  }

  noise(x, y) {
    const column = Math.floor(x);
    const row = Math.floor(y);
    const dx = x - column;
    const dy = y - row;
    const u = this.fade(dx);
    const v = this.fade(dy);
    return this.between(
        this.between(this.gradient(this.hash(column, row), dx, dy),
            this.gradient(this.hash(column + 1, row), dx - 1, dy), u),
        this.between(this.gradient(this.hash(column, row + 1), dx, dy - 1),
            this.gradient(this.hash(column + 1, row + 1), dx - 1, dy - 1), u),
        v);
  }

  fade(t) { return t * t * t * (t * (t * 6 - 15) + 10); }
  between(a, b, t) { return a + t * (b - a); }
  hash(column, row) { return this.permutation[(this.permutation[column & 255] + row) & 255]; }

  // Eight directions.
  gradient(hash, x, y) {
    let first = (hash & 4) === 0 ? x : y;
    const second = (hash & 4) === 0 ? y : x;
    if ((hash & 1) !== 0) first = -first;
    return (hash & 2) === 0 ? first + second * 0.5 : first - second * 0.5;
  }
}

const noise = new GradientNoise();

module.exports = repeats(() => noise.benchmark() === 133.21314636953);
