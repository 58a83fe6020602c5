// Counts the primes up to 5000 with the sieve of Eratosthenes.
'use strict';

function sieve(flags, size) {
  let primes = 0;
  for (let i = 2; i <= size; i++) {
    if (!flags[i - 2]) continue;
    primes++;
    for (let multiple = i + i; multiple <= size; multiple += i) flags[multiple - 2] = false;
  }
  return primes;
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    if (sieve(new Array(5000).fill(true), 5000) !== 669) return false;
  }
  return true;
};
