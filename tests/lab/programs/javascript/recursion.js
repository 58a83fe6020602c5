// Deep and broad recursion: Takeuchi's and Ackermann's functions, mutual recursion, and Hofstadter's female and
// male sequences.
'use strict';

const repeats = require('./repeats');

class Recursion {
  takeuchi(x, y, z) {
    if (y >= x) return z;
    return this.takeuchi(
        this.takeuchi(x - 1, y, z), this.takeuchi(y - 1, z, x), this.takeuchi(z - 1, x, y));
  }

  ackermann(m, n) {
    if (m === 0) return n + 1;
    if (n === 0) return this.ackermann(m - 1, 1);
    return this.ackermann(m - 1, this.ackermann(m, n - 1));
  }

  female(n) { return n === 0 ? 1 : n - this.male(this.female(n - 1)); }
  male(n) { return n === 0 ? 0 : n - this.female(this.male(n - 1)); }
  isEven(n) { return n === 0 || this.isOdd(n - 1); }
  isOdd(n) { return n > 0 && this.isEven(n - 1); }

  benchmark() {
    return this.takeuchi(12, 8, 4) + this.ackermann(2, 40) + this.female(40) +
        (this.isEven(900) ? 1000 : 0);
  }
}

module.exports = repeats(() => new Recursion().benchmark() === 1113);
