// Counts how often each run of some lengths occurs in a random sequence. The result is a checksum of the numbers of different
// runs and of the squares of how often they occur.
'use strict';

const { Dna, LETTERS, PLAIN, check } = require('./dna');

const EXPECTED = new Map([[100, 333785], [2000, 126679], [200000, 608055]]);

function add(sequence, k, sum) {
  const counts = new Map();
  for (let i = 0; i + k <= sequence.length; i++) {
    const run = sequence.substring(i, i + k);
    counts.set(run, (counts.get(run) || 0) + 1);
  }
  let squares = 0;
  for (const n of counts.values()) squares += n * n;
  return check(check(sum, counts.size), squares % 1000003);
}

module.exports = (inner) => {
  const dna = new Dna();
  const letters = [];
  for (let i = 0; i < inner; i++) letters.push(LETTERS[dna.draw(PLAIN)]);
  const sequence = letters.join('');
  let sum = 0;
  for (const k of [1, 2, 3, 4, 6, 12, 18]) sum = add(sequence, k, sum);
  return sum === (EXPECTED.has(inner) ? EXPECTED.get(inner) : sum);
};
