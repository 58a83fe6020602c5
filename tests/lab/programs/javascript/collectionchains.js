// Chains of array methods, each of which makes an array for the next.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

const random = new Random();
const numbers = Array.from({length: 400}, () => random.next() % 1000);

function squaresOfEven() {
  return numbers.filter((n) => n % 2 === 0).map((n) => n * n).reduce((sum, n) => sum + n, 0);
}

function wordLengths() {
  return numbers.map((n) => n.toString())
      .filter((word) => !word.endsWith('7'))
      .map((word) => word.length)
      .reduce((sum, n) => sum + n, 0);
}

function pairs() {
  let count = 0;
  numbers.forEach((n, i) => {
    if (numbers[numbers.length - 1 - i] > n && n % 2 === 1) count += i + 1;
  });
  return count;
}

function groups() {
  const groups = new Map();
  numbers.forEach((n) => {
    if (!groups.has(n % 13)) groups.set(n % 13, []);
    groups.get(n % 13).push(n);
  });
  return [...groups.values()]
      .map((group) => Math.max(...group) - Math.min(...group))
      .reduce((largest, each) => Math.max(largest, each), 0);
}

function firstOnes() {
  let sum = 0;
  for (let k = 1; k <= 40; k++) {
    sum += numbers.find((n) => n % 41 === k) ?? 0;
    if (numbers.some((n) => n === k * 25)) sum++;
    sum += numbers.filter((n) => n > k * 20).length;
  }
  return sum;
}

const benchmark = () => squaresOfEven() + wordLengths() + pairs() + groups() + firstOnes();

module.exports = repeats(() => benchmark() === 64716064);
