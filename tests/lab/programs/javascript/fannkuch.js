// Pancake flips over all permutations; the result is the greatest number of flips.
'use strict';

const EXPECTED = [undefined, 0, 1, 2, 4, 7, 10, 16, 22, 30, 38, 51, 65];

class Permutations {
  constructor(n) {
    this.perm = [];
    for (let i = 1; i <= n; i++) this.perm.push(i);
    this.rotated = new Array(n + 1).fill(0);
    this.atEnd = false;
  }

  // Answers a copy of the current permutation and advances to the next one.
  next() {
    const perm = this.perm;
    const result = perm.slice();
    for (let r = 2; r <= perm.length; r++) {
      const first = perm[0];
      for (let i = 0; i < r - 1; i++) perm[i] = perm[i + 1];
      perm[r - 1] = first;
      this.rotated[r] = (this.rotated[r] + 1) % r;
      if (this.rotated[r] !== 0) return result;
    }
    this.atEnd = true;
    return result;
  }
}

function flips(perm) {
  let count = 0;
  let first = perm[0];
  while (first !== 1) {
    for (let i = 0; i < Math.floor(first / 2); i++) {
      const element = perm[i];
      perm[i] = perm[first - 1 - i];
      perm[first - 1 - i] = element;
    }
    count++;
    first = perm[0];
  }
  return count;
}

module.exports = (inner) => {
  const permutations = new Permutations(inner);
  let most = 0;
  while (!permutations.atEnd) most = Math.max(most, flips(permutations.next()));
  return most === EXPECTED[inner];
};
