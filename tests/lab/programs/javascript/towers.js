// Towers of Hanoi with disks as linked objects.
'use strict';

class Disk {
  constructor(size) {
    this.size = size;
    this.next = null;
  }
}

class Towers {
  constructor() {
    this.piles = [null, null, null, null];
    this.moves = 0;
  }

  push(disk, pile) {
    const top = this.piles[pile];
    if (top !== null && disk.size >= top.size) {
      throw new Error('Cannot put a big disk on a smaller one');
    }
    disk.next = top;
    this.piles[pile] = disk;
  }

  pop(pile) {
    const top = this.piles[pile];
    if (top === null) throw new Error('Attempting to remove a disk from an empty pile');
    this.piles[pile] = top.next;
    top.next = null;
    return top;
  }

  moveTop(from, to) {
    this.push(this.pop(from), to);
    this.moves++;
  }

  move(disks, from, to) {
    if (disks === 1) {
      this.moveTop(from, to);
      return;
    }
    const other = 6 - from - to;
    this.move(disks - 1, from, other);
    this.moveTop(from, to);
    this.move(disks - 1, other, to);
  }
}

function benchmark() {
  const towers = new Towers();
  for (let size = 13; size >= 0; size--) towers.push(new Disk(size), 1);
  towers.move(13, 1, 2);
  return towers.moves;
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    if (benchmark() !== 8191) return false;
  }
  return true;
};
