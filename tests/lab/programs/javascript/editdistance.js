// Levenshtein distances between all pairs of sixteen generated words, by two rows of the table.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

function wordFrom(random) {
  let word = '';
  for (let n = 8 + ((random.next() >> 8) % 8); n > 0; n--) {
    word += 'abcdefgh'.charAt((random.next() >> 8) % 8);
  }
  return word;
}

const random = new Random();
const words = Array.from({length: 16}, () => wordFrom(random));

function distance(a, b) {
  let previous = new Array(b.length + 1);
  for (let j = 0; j <= b.length; j++) previous[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const character = a.charAt(i - 1);
    const current = new Array(b.length + 1);
    current[0] = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = b.charAt(j - 1) === character ? 0 : 1;
      current[j] = Math.min(Math.min(current[j - 1] + 1, previous[j] + 1), previous[j - 1] + cost);
    }
    previous = current;
  }
  return previous[b.length];
}

function benchmark() {
  let total = 0;
  words.forEach((a) => {
    words.forEach((b) => {
      total += distance(a, b);
    });
  });
  return total;
}

module.exports = repeats(() => benchmark() === 2394);
