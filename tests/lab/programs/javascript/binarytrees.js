// Complete binary trees; the result is the number of nodes walked. A tree of depth d has 2 ** (d + 1) - 1.
'use strict';

class Tree {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }

  count() {
    return this.left === null ? 1 : 1 + this.left.count() + this.right.count();
  }
}

const make = (depth) => (depth === 0 ? new Tree(null, null) : new Tree(make(depth - 1), make(depth - 1)));

const nodes = (depth) => 2 ** (depth + 1) - 1;

module.exports = (inner) => {
  let count = make(inner + 1).count(), expected = nodes(inner + 1) + nodes(inner);
  const longLived = make(inner);
  for (let depth = 4; depth <= inner; depth += 2) {
    const trees = 2 ** (inner - depth + 4);
    for (let i = 0; i < trees; i++) count += make(depth).count();
    expected += trees * nodes(depth);
  }
  return count + longLived.count() === expected;
};
