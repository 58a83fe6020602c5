// Shortest paths from one of 200 nodes to all, with a binary heap; a random graph of four edges a node.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

class GraphEdge {
  constructor(target, length) {
    this.target = target;
    this.length = length;
  }
}

class GraphNode {
  constructor() {
    this.edges = [];
    this.distance = null;
  }

  reset() { this.distance = null; }
  addEdge(target, length) { this.edges.push(new GraphEdge(target, length)); }
  isReached() { return this.distance !== null; }

  // Whether this is the first time.
  reach(length) {
    if (this.distance !== null) return false;
    this.distance = length;
    return true;
  }
}

class PathEnd {
  constructor(node, distance) {
    this.node = node;
    this.distance = distance;
  }
}

// The children of position i are at 2 i + 1 and 2 i + 2.
class BinaryHeap {
  constructor(precedes) {
    this.precedes = precedes;
    this.elements = [];
  }

  isEmpty() { return this.elements.length === 0; }

  add(element) {
    this.elements.push(element);
    this.siftUp(this.elements.length - 1);
  }

  removeFirst() {
    const result = this.elements[0];
    const last = this.elements.pop();
    if (this.elements.length > 0) {
      this.elements[0] = last;
      this.siftDown(0);
    }
    return result;
  }

  siftUp(start) {
    let child = start;
    while (child > 0 && this.isInFront(child, (child - 1) >> 1)) {
      this.swap(child, (child - 1) >> 1);
      child = (child - 1) >> 1;
    }
  }

  siftDown(start) {
    let parent = start;
    for (;;) {
      const child = this.firstChild(parent);
      if (child < 0 || !this.isInFront(child, parent)) return;
      this.swap(child, parent);
      parent = child;
    }
  }

  // The child that belongs in front of the other, -1 if there is none.
  firstChild(parent) {
    const left = parent * 2 + 1;
    if (left >= this.elements.length) return -1;
    return left + 1 < this.elements.length && this.isInFront(left + 1, left) ? left + 1 : left;
  }

  isInFront(i, j) { return this.precedes(this.elements[i], this.elements[j]); }

  swap(i, j) {
    const element = this.elements[i];
    this.elements[i] = this.elements[j];
    this.elements[j] = element;
  }
}

const nodes = Array.from({length: 200}, () => new GraphNode());
const random = new Random();
nodes.forEach((node) => {
  for (let i = 0; i < 4; i++) {
    const target = nodes[(random.next() >> 8) % 200];
    node.addEdge(target, (random.next() >> 8) % 100 + 1);
  }
});

function search(start) {
  const heap = new BinaryHeap((a, b) => a.distance < b.distance);
  heap.add(new PathEnd(start, 0));
  while (!heap.isEmpty()) {
    const next = heap.removeFirst();
    if (next.node.reach(next.distance)) {
      next.node.edges.forEach((edge) => {
        if (!edge.target.isReached()) heap.add(new PathEnd(edge.target, next.distance + edge.length));
      });
    }
  }
}

function benchmark() {
  nodes.forEach((node) => node.reset());
  search(nodes[0]);
  return nodes.reduce((sum, node) => (node.isReached() ? sum + node.distance : sum), 0);
}

module.exports = repeats(() => benchmark() === 28906);
