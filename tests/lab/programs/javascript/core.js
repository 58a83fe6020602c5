// The collections of are-we-fast-yet/Core that CD and Havlak use, with positions from 0. Keys of dictionaries
// bring their own hash, so that all languages find them in the same places.
'use strict';

class Vector {
  constructor() {
    this.storage = [];
    this.first = 0;
  }

  at(index) { return index < this.storage.length ? this.storage[index] : null; }

  atPut(index, value) {
    while (this.storage.length < index) this.storage.push(null);
    this.storage[index] = value;
  }

  append(element) { this.storage.push(element); }
  isEmpty() { return this.first === this.storage.length; }
  size() { return this.storage.length - this.first; }

  forEach(block) {
    for (let i = this.first; i < this.storage.length; i++) block(this.storage[i]);
  }

  hasSome(block) {
    for (let i = this.first; i < this.storage.length; i++) {
      if (block(this.storage[i])) return true;
    }
    return false;
  }

  removeFirst() { return this.isEmpty() ? null : this.storage[this.first++]; }

  removeAll() {
    this.storage = [];
    this.first = 0;
  }
}

// Elements that differ by identity, in the order of insertion; membership is a linear search.
class IdentitySet {
  constructor() {
    this.items = new Vector();
  }

  add(object) { if (!this.contains(object)) this.items.append(object); }
  contains(object) { return this.items.hasSome((each) => each === object); }
  size() { return this.items.size(); }
  forEach(block) { this.items.forEach(block); }
}

class Entry {
  constructor(key, value, hash, next) {
    this.key = key;
    this.value = value;
    this.hash = hash;
    this.next = next;
  }

  matches(key, hash) { return this.hash === hash && this.key === key; }
}

// Chained buckets, their number a power of two.
class IdentityDictionary {
  constructor() {
    this.buckets = new Array(16).fill(null);
    this.size = 0;
  }

  at(key) {
    const hash = this.hash(key);
    for (let entry = this.buckets[this.index(hash)]; entry !== null; entry = entry.next) {
      if (entry.matches(key, hash)) return entry.value;
    }
    return null;
  }

  atPut(key, value) {
    const hash = this.hash(key);
    const index = this.index(hash);
    const head = this.buckets[index];
    if (head === null) {
      this.buckets[index] = new Entry(key, value, hash, null);
      this.size++;
    } else {
      this.chain(head, key, value, hash);
    }
    if (this.size > this.buckets.length) this.grow();
  }

  // Replaces the value of a matching entry, or hangs a new one at the end of the chain.
  chain(head, key, value, hash) {
    let entry = head;
    for (;;) {
      if (entry.matches(key, hash)) {
        entry.value = value;
        return;
      }
      if (entry.next === null) break;
      entry = entry.next;
    }
    entry.next = new Entry(key, value, hash, null);
    this.size++;
  }

  hash(key) {
    const hash = key.customHash();
    return hash ^ hash >>> 16;
  }

  index(hash) { return hash & this.buckets.length - 1; }

  grow() {
    const old = this.buckets;
    this.buckets = new Array(old.length * 2).fill(null);
    old.forEach((head, i) => {
      if (head === null) return;
      if (head.next === null) this.buckets[this.index(head.hash)] = head;
      else this.split(head, i, old.length);
    });
  }

  // One more bit of the hash decides between the old index and the one a table length above it.
  split(head, index, oldLength) {
    let lowHead = null;
    let lowTail = null;
    let highHead = null;
    let highTail = null;
    for (let entry = head; entry !== null; entry = entry.next) {
      if ((entry.hash & oldLength) === 0) {
        if (lowTail === null) lowHead = entry;
        else lowTail.next = entry;
        lowTail = entry;
      } else {
        if (highTail === null) highHead = entry;
        else highTail.next = entry;
        highTail = entry;
      }
    }
    if (lowTail !== null) {
      lowTail.next = null;
      this.buckets[index] = lowHead;
    }
    if (highTail !== null) {
      highTail.next = null;
      this.buckets[index + oldLength] = highHead;
    }
  }

  removeAll() {
    this.buckets = new Array(this.buckets.length).fill(null);
    this.size = 0;
  }
}

module.exports = {Vector, IdentitySet, IdentityDictionary};
