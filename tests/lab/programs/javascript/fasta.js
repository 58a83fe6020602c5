// Sequences in lines of sixty letters: a pattern repeated, and two drawn at random. The result is the checksum of all lines.
'use strict';

const { Dna, LETTERS, PLAIN, AMBIGUOUS, check } = require('./dna');

const EXPECTED = new Map([[10, 166900], [1000, 690592], [200000, 889593]]);
const PATTERN = 'GGCTAACGTTCAGGATCCTGA';

function write(line, sum) {
  for (let i = 0; i < line.length; i++) sum = check(sum, line.charCodeAt(i));
  return check(sum, 10);
}

function lines(count, letter, sum) {
  for (let left = count; left > 0; left -= 60) {
    let line = '';
    for (let i = Math.min(left, 60); i > 0; i--) line += letter();
    sum = write(line, sum);
  }
  return sum;
}

module.exports = (inner) => {
  const dna = new Dna();
  let at = -1;
  let sum = lines(2 * inner, () => {
    at = at === PATTERN.length - 1 ? 0 : at + 1;
    return PATTERN[at];
  }, 0);
  sum = lines(3 * inner, () => LETTERS[dna.draw(AMBIGUOUS)], sum);
  sum = lines(5 * inner, () => LETTERS[dna.draw(PLAIN)], sum);
  return sum === (EXPECTED.has(inner) ? EXPECTED.get(inner) : sum);
};
