// Integers that leave the machine word: powers modulo primes of 61 and 89 bits, and greatest common divisors
// of Fibonacci numbers.
'use strict';

const repeats = require('./repeats');

const PRIME_61 = 2305843009213693951n;
const PRIME_89 = 618970019642690137449562111n;

function power(base, exponent, modulus) {
  let result = 1n;
  let square = base;
  let rest = exponent;
  while (rest > 0n) {
    if ((rest & 1n) === 1n) result = result * square % modulus;
    square = square * square % modulus;
    rest /= 2n;
  }
  return result;
}

function fibonacci(n) {
  let a = 0n;
  let b = 1n;
  for (let i = 0; i < n; i++) {
    const sum = a + b;
    a = b;
    b = sum;
  }
  return a;
}

function divisor(first, second) {
  let a = first;
  let b = second;
  while (b !== 0n) {
    const rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

function benchmark() {
  let sum = 0n;
  for (let base = 2n; base <= 5n; base++) {
    // Fermat: the power is 1 for every prime modulus.
    sum += power(base, PRIME_61 - 1n, PRIME_61);
    sum += power(base, PRIME_89 - 1n, PRIME_89);
  }
  return sum + divisor(fibonacci(200), fibonacci(150));
}

// Eight times 1, and the fiftieth Fibonacci number.
module.exports = repeats(() => benchmark() === 8n + 12586269025n);
