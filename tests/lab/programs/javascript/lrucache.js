// A cache of bounded size that forgets what was not used for longest: linked nodes in the order of use, found
// through a Map. Most requests are for few of the keys.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

class CacheNode {
  constructor(key, value) {
    this.key = key;
    this.value = value;
    this.previous = this;
    this.next = this;
  }

  unlink() {
    this.previous.next = this.next;
    this.next.previous = this.previous;
  }

  linkBehind(node) {
    this.previous = node;
    this.next = node.next;
    this.next.previous = this;
    node.next = this;
  }
}

// The end stands behind the last node and in front of the first one.
class LruCache {
  constructor(capacity) {
    this.capacity = capacity;
    this.nodes = new Map();
    this.end = new CacheNode(null, null);
  }

  get(key) {
    const node = this.nodes.get(key);
    if (node === undefined) return null;
    node.unlink();
    node.linkBehind(this.end);
    return node.value;
  }

  set(key, value) {
    if (this.nodes.size === this.capacity) {
      const oldest = this.end.previous;
      oldest.unlink();
      this.nodes.delete(oldest.key);
    }
    const node = new CacheNode(key, value);
    node.linkBehind(this.end);
    this.nodes.set(key, node);
  }
}

function benchmark() {
  const cache = new LruCache(64);
  const random = new Random();
  let hits = 0;
  for (let i = 0; i < 1500; i++) {
    const key = ((random.next() >> 8) % 16) * ((random.next() >> 8) % 16);
    const value = cache.get(key);
    if (value === null) {
      cache.set(key, key * key);
    } else {
      if (value !== key * key) throw new Error('LruCache: wrong value');
      hits++;
    }
  }
  return hits * 1000 + cache.nodes.size;
}

module.exports = repeats(() => benchmark() === 1135064);
