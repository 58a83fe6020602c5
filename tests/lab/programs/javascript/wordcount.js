// Counts the words of a generated text in a Map and lists them, the most frequent first.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

// Products favour small numbers, as natural texts favour some words.
function wordFrom(random) {
  let number = ((random.next() >> 8) % 20) * ((random.next() >> 8) % 20);
  let word = '';
  do {
    word += 'etaoinsr'.charAt(number % 8);
    number = Math.trunc(number / 8);
  } while (number > 0);
  return word;
}

const random = new Random();
const text = Array.from({length: 1500}, () => wordFrom(random)).join(' ');

function count() {
  const counts = new Map();
  text.split(/\s+/).forEach((word) => counts.set(word, (counts.get(word) ?? 0) + 1));
  return counts;
}

// By count, then by word; only the leading ones.
function listing(counts) {
  const words = [...counts.keys()].sort((a, b) => {
    const countA = counts.get(a);
    const countB = counts.get(b);
    if (countA !== countB) return countB - countA;
    return a < b ? -1 : a > b ? 1 : 0;
  });
  const lines = words.slice(0, 8).map((word) => `${word} ${counts.get(word)}`);
  return `${lines.join(', ')} of ${words.length}`;
}

module.exports = repeats(() => listing(count()) === 'e 146, ett 27, aa 26, eo 26, ii 25, et 24, it 23, so 23 of 142');
