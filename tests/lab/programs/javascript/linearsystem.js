// Solves a system of 24 linear equations by LU decomposition with partial pivoting, in place; the matrix is an
// array of rows.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

function swap(array, i, j) {
  const element = array[i];
  array[i] = array[j];
  array[j] = element;
}

class LinearSystem {
  constructor(size) {
    const random = new Random();
    this.size = size;
    this.rows = [];
    this.order = [];
    for (let i = 0; i < size; i++) {
      const row = [];
      for (let j = 0; j < size; j++) row.push(random.next() / 1024 - 32);
      this.rows.push(row);
      this.order.push(i + 1);
    }
  }

  decompose() {
    for (let k = 0; k < this.size; k++) {
      const pivot = this.pivot(k);
      swap(this.rows, k, pivot);
      swap(this.order, k, pivot);
      for (let i = k + 1; i < this.size; i++) this.reduce(this.rows[i], this.rows[k], k);
    }
  }

  pivot(column) {
    let best = column;
    let largest = Math.abs(this.rows[column][column]);
    for (let i = column + 1; i < this.size; i++) {
      const candidate = Math.abs(this.rows[i][column]);
      if (candidate > largest) {
        largest = candidate;
        best = i;
      }
    }
    return best;
  }

  reduce(row, pivotRow, k) {
    const factor = row[k] / pivotRow[k];
    row[k] = factor;
    for (let j = k + 1; j < this.size; j++) row[j] -= factor * pivotRow[j];
  }

  // For the right-hand side 1, 2, 3 ...; the sum of the solution.
  solve() {
    const x = this.order.slice();
    for (let i = 0; i < this.size; i++) x[i] = this.eliminate(x, i, 0, i);
    for (let i = this.size - 1; i >= 0; i--) {
      x[i] = this.eliminate(x, i, i + 1, this.size) / this.rows[i][i];
    }
    return x.reduce((sum, each) => sum + each, 0);
  }

  eliminate(x, i, first, end) {
    const row = this.rows[i];
    let sum = x[i];
    for (let j = first; j < end; j++) sum -= row[j] * x[j];
    return sum;
  }
}

function benchmark() {
  const system = new LinearSystem(24);
  system.decompose();
  return system.solve();
}

module.exports = repeats(() => benchmark() === -0.09771581524405121);
