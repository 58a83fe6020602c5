// Turns a random sequence around in place and replaces each letter by that of the opposite strand. The result is its checksum.
'use strict';

const { Dna, LETTERS, AMBIGUOUS, check } = require('./dna');

const EXPECTED = new Map([[100, 345616], [10000, 895495], [500000, 935382]]);

module.exports = (inner) => {
  const dna = new Dna();
  const sequence = [];
  for (let i = 0; i < inner; i++) sequence.push(LETTERS.charCodeAt(dna.draw(AMBIGUOUS)));
  const complements = new Array(128).fill(0);
  const to = 'tgcaVHDMKNYSBWR';
  for (let i = 0; i < to.length; i++) complements[LETTERS.charCodeAt(i)] = to.charCodeAt(i);
  for (let low = 0, high = inner - 1; low <= high; low++, high--) {
    const letter = complements[sequence[low]];
    sequence[low] = complements[sequence[high]];
    sequence[high] = letter;
  }
  let sum = 0;
  for (const code of sequence) sum = check(sum, code);
  return sum === (EXPECTED.has(inner) ? EXPECTED.get(inner) : sum);
};
