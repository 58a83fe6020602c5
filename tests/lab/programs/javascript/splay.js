// A splay tree of 8000 nodes with payload in which nodes are replaced.
'use strict';

const TREE_SIZE = 8000, REPLACEMENTS = 80, PAYLOAD_DEPTH = 5;
const EXPECTED = new Map([[1, 1744602750], [2, 1068978771], [5, 931533426], [10, -665298307], [20, -620673136],
  [50, 1332035630], [100, -1749808039]]);

// Robert Jenkins' 32-bit integer hash, applied to its own output.
class Jenkins {
  constructor(seed) {
    this.seed = seed;
  }

  next() {
    let s = this.seed;
    s = (s + 2127912214 + (s << 12)) | 0;
    s = s ^ 3345072700 ^ (s >>> 19);
    s = (s + 374761393 + (s << 5)) | 0;
    s = (s + 3550635116) ^ (s << 9);
    s = (s + 4251993797 + (s << 3)) | 0;
    s = s ^ 3042594569 ^ (s >>> 16);
    this.seed = s;
    return s;
  }
}

const leafText = (tag) => 'String for key ' + tag + ' in leaf node';

class Leaf {
  constructor(tag) {
    this.numbers = new Array(10);
    for (let i = 0; i < 10; i++) this.numbers[i] = i;
    this.text = leafText(tag);
  }

  isIntact(depth, tag) {
    return depth === 0 && this.numbers[9] === 9 && this.text === leafText(tag);
  }
}

class Payload {
  constructor(left, right) {
    this.left = left;
    this.right = right;
  }

  isIntact(depth, tag) {
    return this.left.isIntact(depth - 1, tag);
  }
}

function payload(depth, tag) {
  return depth === 0 ? new Leaf(tag) : new Payload(payload(depth - 1, tag), payload(depth - 1, tag));
}

class Node {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.left = null;
    this.right = null;
  }

  rotateRight() {
    const child = this.left;
    this.left = child.right;
    child.right = this;
    return child;
  }

  rotateLeft() {
    const child = this.right;
    this.right = child.left;
    child.left = this;
    return child;
  }

  each(visit) {
    for (let node = this; node !== null; node = node.right) {
      if (node.left !== null) node.left.each(visit);
      visit(node);
    }
  }
}

class Tree {
  constructor() {
    this.root = null;
  }

  // Top-down: smaller and greater keys are collected in two trees on the way to the key.
  splay(key) {
    if (this.root === null) return;
    const scratch = new Node(null, null);
    let left = scratch, right = scratch, current = this.root;
    for (;;) {
      if (key < current.key) {
        if (current.left === null) break;
        if (key < current.left.key) current = current.rotateRight();
        if (current.left === null) break;
        right.left = current;
        right = current;
        current = current.left;
      } else if (key > current.key) {
        if (current.right === null) break;
        if (key > current.right.key) current = current.rotateLeft();
        if (current.right === null) break;
        left.right = current;
        left = current;
        current = current.right;
      } else {
        break;
      }
    }
    left.right = current.left;
    right.left = current.right;
    current.left = scratch.right;
    current.right = scratch.left;
    this.root = current;
  }

  insert(key, value) {
    const node = new Node(key, value);
    if (this.root === null) {
      this.root = node;
      return;
    }
    this.splay(key);
    const root = this.root;
    if (root.key === key) return;
    if (key > root.key) {
      node.left = root;
      node.right = root.right;
      root.right = null;
    } else {
      node.right = root;
      node.left = root.left;
      root.left = null;
    }
    this.root = node;
  }

  remove(key) {
    if (this.root !== null) this.splay(key);
    if (this.root === null || this.root.key !== key) throw new Error(`Key not found in splay tree: ${key}`);
    const right = this.root.right;
    if (this.root.left === null) {
      this.root = right;
    } else {
      this.root = this.root.left;
      this.splay(key);
      this.root.right = right;
    }
  }

  find(key) {
    if (this.root === null) return null;
    this.splay(key);
    return this.root.key === key ? this.root : null;
  }

  greatestBelow(key) {
    if (this.root === null) return null;
    this.splay(key);
    if (this.root.key < key) return this.root;
    let node = this.root.left;
    while (node !== null && node.right !== null) node = node.right;
    return node;
  }
}

class Splay {
  constructor() {
    this.random = new Jenkins(49734321);
    this.tree = new Tree();
  }

  insertNewNode() {
    let key = this.random.next();
    while (this.tree.find(key) !== null) key = this.random.next();
    this.tree.insert(key, payload(PAYLOAD_DEPTH, String(key)));
    return key;
  }

  replaceNodes() {
    for (let i = 0; i < REPLACEMENTS; i++) {
      const key = this.insertNewNode();
      const previous = this.tree.greatestBelow(key);
      this.tree.remove(previous === null ? key : previous.key);
    }
  }

  checksum() {
    let count = 0, total = 0, last = null;
    this.tree.root.each((node) => {
      count++;
      if (last !== null && last >= node.key) throw new Error('Splay tree is not sorted');
      last = node.key;
      if (!node.value.isIntact(PAYLOAD_DEPTH, String(last))) throw new Error('Splay tree lost a payload');
      total = (Math.imul(total, 31) + last) | 0;
    });
    if (count !== TREE_SIZE) throw new Error('Splay tree has the wrong size');
    return total;
  }
}

module.exports = (inner) => {
  const splay = new Splay();
  for (let i = 0; i < TREE_SIZE; i++) splay.insertNewNode();
  for (let i = 0; i < inner; i++) splay.replaceNodes();
  const total = splay.checksum();
  return (EXPECTED.has(inner) ? EXPECTED.get(inner) : total) === total;
};
