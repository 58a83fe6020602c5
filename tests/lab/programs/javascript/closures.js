// Closures that outlive the functions that made them: counters that share a variable, composed functions,
// curried ones, and streams as pairs of a value and a function.
'use strict';

const repeats = require('./repeats');

// Half of the counters share their variable with the next one.
function counters() {
  const counters = [];
  for (let i = 1; i <= 20; i++) {
    let count = i;
    counters.push(() => ++count);
    if (i % 2 === 0) {
      counters.push(() => {
        count = count * 2 % 1001;
        return count;
      });
    }
  }
  let sum = 0;
  for (let round = 1; round <= 40; round++) {
    sum += counters.reduce((all, counter) => all + counter(), 0);
  }
  return sum;
}

const compose = (f, g) => (x) => f(g(x));

function compositions() {
  let composed = (x) => x;
  for (let i = 1; i <= 12; i++) {
    composed = compose(i % 2 === 0 ? (x) => x + i : (x) => x * 3 % 1009, composed);
  }
  let sum = 0;
  for (let x = 1; x <= 100; x++) sum += composed(x);
  return sum;
}

const curry = (f) => (x) => (y) => f(x, y);

function curries() {
  const multiply = curry((x, y) => x * y + 1);
  let sum = 0;
  for (let x = 1; x <= 20; x++) {
    const byX = multiply(x);
    for (let y = 1; y <= 20; y++) sum += byX(y);
  }
  for (let x = 1; x <= 200; x++) sum += multiply(x)(3);
  return sum;
}

// An endless stream is a function that returns an array: a number and the next stream.
const streamFrom = (n) => () => [n, streamFrom(n + 1)];

const filter = (stream, predicate) => () => {
  let pair = stream();
  while (!predicate(pair[0])) pair = pair[1]();
  return [pair[0], filter(pair[1], predicate)];
};

// Primes, each of which filters what comes behind it.
function streams() {
  let stream = streamFrom(2);
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const [prime, rest] = stream();
    sum += prime;
    stream = filter(rest, (n) => n % prime !== 0);
  }
  return sum;
}

const benchmark = () => counters() + compositions() + curries() + streams();

module.exports = repeats(() => benchmark() === 508945);
