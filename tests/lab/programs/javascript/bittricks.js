// Words of 32 bits: a xorshift generator, three ways to count bits, reversal, parity, and Gray codes.
'use strict';

const repeats = require('./repeats');

class BitTricks {
  constructor() {
    this.state = 2463534242;
  }

  next() {
    this.state ^= this.state << 13;
    this.state ^= this.state >>> 17;
    this.state ^= this.state << 5;
    return this.state >>> 0;
  }

  onesByClearing(word) {
    let rest = word;
    let count = 0;
    while (rest !== 0) {
      rest &= rest - 1;
      count++;
    }
    return count;
  }

  onesByShifting(word) {
    let count = 0;
    for (let i = 0; i < 32; i++) count += word >>> i & 1;
    return count;
  }

  onesByFolding(word) {
    const pairs = (word - (word >>> 1 & 0x55555555)) >>> 0;
    const fours = (pairs & 0x33333333) + (pairs >>> 2 & 0x33333333);
    const eights = fours + (fours >>> 4) & 0x0f0f0f0f;
    return eights + (eights >>> 8) + (eights >>> 16) + (eights >>> 24) & 63;
  }

  reversed(word) {
    let rest = word;
    let result = 0;
    for (let i = 0; i < 32; i++) {
      result = result << 1 | rest & 1;
      rest >>>= 1;
    }
    return result >>> 0;
  }

  parity(word) {
    let folded = word ^ word >>> 16;
    folded ^= folded >>> 8;
    folded ^= folded >>> 4;
    folded ^= folded >>> 2;
    return (folded ^ folded >>> 1) & 1;
  }

  fromGray(code) {
    let word = code;
    let rest = code >>> 1;
    while (rest !== 0) {
      word ^= rest;
      rest >>>= 1;
    }
    return word >>> 0;
  }

  benchmark() {
    let sum = 0;
    for (let i = 0; i < 500; i++) {
      const word = this.next();
      const ones = this.onesByClearing(word);
      if (ones !== this.onesByFolding(word)) throw new Error('BitTricks: folding');
      if (ones !== this.onesByShifting(word)) throw new Error('BitTricks: shifting');
      if (this.reversed(this.reversed(word)) !== word) throw new Error('BitTricks: reversed');
      sum += ones + this.parity(word) + (this.fromGray(word) & 1023) + (this.reversed(word) & 255);
    }
    return sum;
  }
}

module.exports = repeats(() => new BitTricks().benchmark() === 319492);
