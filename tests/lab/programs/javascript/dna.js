// Random letters of genetic sequences, and the checksum of what is made of them.
'use strict';

class Dna {
  constructor() {
    this.seed = 42;
  }

  // The index of a letter drawn from a table of cumulative probabilities.
  draw(probabilities) {
    this.seed = (this.seed * 3877 + 29573) % 139968;
    const r = this.seed / 139968;
    let index = 0;
    while (r >= probabilities[index]) index++;
    return index;
  }
}

module.exports = {
  Dna,
  LETTERS: 'acgtBDHKMNRSVWY',
  PLAIN: [0.30, 0.50, 0.70, 1.0],
  AMBIGUOUS: [0.27, 0.39, 0.51, 0.78, 0.80, 0.82, 0.84, 0.86, 0.88, 0.90, 0.92, 0.94, 0.96, 0.98, 1.0],
  check: (sum, code) => (sum * 31 + code) % 1000003,
};
