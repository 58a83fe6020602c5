// Solves the eight queens problem ten times by backtracking.
'use strict';

class Queens {
  constructor() {
    this.freeRows = new Array(8).fill(true);
    this.freeMaxs = new Array(16).fill(true);
    this.freeMins = new Array(16).fill(true);
    this.queenRows = new Array(8).fill(-1);
  }

  place(column) {
    for (let row = 0; row < 8; row++) {
      if (!this.isFree(row, column)) continue;
      this.queenRows[row] = column;
      this.set(row, column, false);
      if (column === 7 || this.place(column + 1)) return true;
      this.set(row, column, true);
    }
    return false;
  }

  isFree(row, column) {
    return this.freeRows[row] && this.freeMaxs[column + row] && this.freeMins[column - row + 7];
  }

  set(row, column, value) {
    this.freeRows[row] = value;
    this.freeMaxs[column + row] = value;
    this.freeMins[column - row + 7] = value;
  }
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    let solved = true;
    for (let n = 0; n < 10; n++) solved = solved && new Queens().place(0);
    if (!solved) return false;
  }
  return true;
};
