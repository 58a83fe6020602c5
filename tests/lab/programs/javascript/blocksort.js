// Quicksort in place, the order given by a function: three orders of the same numbers.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

const random = new Random();
const numbers = Array.from({length: 600}, () => random.next());

function sorted(precedes) {
  const copy = numbers.slice();
  sort(copy, 0, copy.length - 1, precedes);
  for (let i = 0; i < copy.length - 1; i++) {
    if (precedes(copy[i + 1], copy[i])) throw new Error('BlockSort: not sorted');
  }
  return copy;
}

function sort(array, first, last, precedes) {
  if (first >= last) return;
  let left = first;
  let right = last;
  // The middle of positions that count from 1.
  const pivot = array[Math.trunc((first + last + 2) / 2) - 1];
  while (left <= right) {
    while (precedes(array[left], pivot)) left++;
    while (precedes(pivot, array[right])) right--;
    if (left <= right) {
      const element = array[left];
      array[left] = array[right];
      array[right] = element;
      left++;
      right--;
    }
  }
  sort(array, first, right, precedes);
  sort(array, left, last, precedes);
}

function checksum(array) {
  let sum = 0;
  array.forEach((each, i) => {
    sum += each * (i + 1);
  });
  return sum;
}

function benchmark() {
  return checksum(sorted((a, b) => a < b)) + checksum(sorted((a, b) => a > b)) +
      checksum(sorted((a, b) => {
        const restA = a % 100;
        const restB = b % 100;
        return restA < restB || (restA === restB && a < b);
      }));
}

module.exports = repeats(() => benchmark() === 18166147380);
