// Runs through the permutations of six elements by recursive exchange.
'use strict';

class Permute {
  constructor() {
    this.count = 0;
    this.elements = new Array(6).fill(0);
  }

  permute(n) {
    this.count++;
    if (n === 0) return;
    this.permute(n - 1);
    for (let i = n; i >= 1; i--) {
      this.swap(n - 1, i - 1);
      this.permute(n - 1);
      this.swap(n - 1, i - 1);
    }
  }

  swap(i, j) {
    const element = this.elements[i];
    this.elements[i] = this.elements[j];
    this.elements[j] = element;
  }
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    const permute = new Permute();
    permute.permute(6);
    if (permute.count !== 8660) return false;
  }
  return true;
};
