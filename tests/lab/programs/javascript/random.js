// The suite's generator of 16-bit numbers: every new one starts the same sequence.
'use strict';

module.exports = class Random {
  constructor() {
    this.seed = 74755;
  }

  next() {
    this.seed = (this.seed * 1309 + 13849) & 65535;
    return this.seed;
  }
};
