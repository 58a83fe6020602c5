// Builds a tree of arrays seven levels deep.
'use strict';

const Random = require('./random');

class Storage {
  constructor() {
    this.count = 0;
  }

  build(depth, random) {
    this.count++;
    if (depth === 1) return new Array(random.next() % 10 + 1);
    const children = new Array(4);
    for (let i = 0; i < 4; i++) children[i] = this.build(depth - 1, random);
    return children;
  }
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    const storage = new Storage();
    storage.build(7, new Random());
    if (storage.count !== 5461) return false;
  }
  return true;
};
