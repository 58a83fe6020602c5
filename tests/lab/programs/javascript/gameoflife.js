// Conway's game on a torus of 32 by 32 cells: an array of rows, each an array of booleans; twelve
// generations of a random start.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

class GameOfLife {
  constructor(size) {
    const random = new Random();
    this.size = size;
    this.rows = [];
    for (let y = 0; y < size; y++) {
      const row = new Array(size);
      for (let x = 0; x < size; x++) row[x] = (random.next() >> 8) % 3 === 0;
      this.rows.push(row);
    }
  }

  advance() {
    const next = [];
    for (let y = 0; y < this.size; y++) {
      const row = new Array(this.size);
      for (let x = 0; x < this.size; x++) row[x] = this.isLive(x, y);
      next.push(row);
    }
    this.rows = next;
  }

  isLive(x, y) {
    const count = this.neighbours(x, y);
    return count === 3 || (count === 2 && this.rows[y][x]);
  }

  neighbours(x, y) {
    let count = 0;
    for (let dy = -1; dy <= 1; dy++) {
      const row = this.rows[this.wrap(y + dy)];
      for (let dx = -1; dx <= 1; dx++) {
        if (!(dx === 0 && dy === 0) && row[this.wrap(x + dx)]) count++;
      }
    }
    return count;
  }

  wrap(position) {
    if (position < 0) return this.size - 1;
    return position >= this.size ? 0 : position;
  }

  population() {
    return this.rows.reduce((sum, row) => sum + row.filter((cell) => cell).length, 0);
  }
}

function benchmark() {
  const game = new GameOfLife(32);
  for (let i = 0; i < 12; i++) game.advance();
  return game.population();
}

module.exports = repeats(() => benchmark() === 259);
