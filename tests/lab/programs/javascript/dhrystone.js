// Dhrystone: a synthetic mix of assignments, calls, records, strings, characters and arrays. What its variables hold in the end is known.
// Tags are the numbers 1 to 5, characters their codes.
'use strict';

class Record {
  constructor(next, tag, number, text) {
    this.next = next;
    this.discriminant = 0;
    this.tag = tag;
    this.number = number;
    this.text = text;
  }

  assign(other) {
    this.next = other.next;
    this.discriminant = other.discriminant;
    this.tag = other.tag;
    this.number = other.number;
    this.text = other.text;
  }
}

const sumWithTwo = (x, y) => y + (x + 2);

class Dhrystone {
  constructor() {
    this.next = new Record(null, 1, 0, '');
    this.record = new Record(this.next, 3, 40, 'a string, and some more of it');
    this.number = 0;
    this.flag = false;
    this.firstChar = this.secondChar = 0;
    this.row = new Array(51).fill(0);
    this.table = [];
    for (let i = 0; i < 51; i++) this.table.push(new Array(51).fill(0));
    this.table[8][7] = 10;
    this.a = this.b = this.c = 0;
  }

  tagOfEqual(x, y) {
    if (x !== y) return 1;
    this.firstChar = x;
    return 2;
  }

  isAfter(one, other) {
    let letter = 88, index = 2;
    while (index <= 2) {
      if (this.tagOfEqual(one.charCodeAt(index), other.charCodeAt(index + 1)) === 1) {
        letter = 65;
        index++;
      }
    }
    if (letter >= 87 && letter < 90) index = 7;
    if (letter === 82) return true;
    if (one <= other) return false;
    this.number = index + 7;
    return true;
  }

  successor(tag) {
    switch (tag) {
      case 1: return 1;
      case 2: return this.number > 100 ? 1 : 4;
      case 3: return 2;
      case 4: return 4;
      default: return 3;
    }
  }

  follow(otherwise) {
    const result = this.record === null ? otherwise : this.record.next;
    this.record.number = sumWithTwo(10, this.number);
    return result;
  }

  updateRecords(record) {
    const next = record.next;
    next.assign(this.record);
    record.number = 5;
    next.number = record.number;
    next.next = record.next;
    next.next = this.follow(next.next);
    if (next.discriminant === 0) {
      next.number = 6;
      next.tag = this.successor(record.tag);
      next.next = this.record.next;
      next.number = sumWithTwo(next.number, 10);
    } else {
      record.assign(record.next);
    }
  }

  decrease(value) {
    let local = value + 10, tag = 5;
    while (tag !== 1) {
      if (this.firstChar === 65) {
        local--;
        value = local - this.number;
        tag = 1;
      }
    }
    return value;
  }

  fill(place, value) {
    const row = this.row, at = place + 5, line = this.table[at];
    row[at] = value;
    row[at + 1] = row[at];
    row[at + 30] = at;
    for (let i = at; i <= at + 1; i++) line[i] = at;
    line[at - 1]++;
    this.table[at + 20][at] = row[at];
    this.number = 5;
  }

  run(number) {
    const oneText = 'first string, and more of it';
    this.firstChar = 65;
    this.flag = false;
    this.flag = this.firstChar === 65 || this.flag;
    this.secondChar = 66;
    let a = 2, b = 3, c = 0, otherText = 'second string, and more of it', tag = 2;
    this.flag = !this.isAfter(oneText, otherText);
    while (a < b) {
      c = 5 * a - b;
      c = sumWithTwo(a, b);
      a++;
    }
    this.fill(a, c);
    this.updateRecords(this.record);
    for (let letter = 65; letter <= this.secondChar; letter++) {
      if (tag === this.tagOfEqual(letter, 67)) {
        tag = this.successor(1);
        otherText = 'third string, and more of it';
        b = number;
        this.number = number;
      }
    }
    b *= a;
    a = Math.floor(b / c);
    b = 7 * (b - c) - a;
    this.a = this.decrease(a);
    this.b = b;
    this.c = c;
  }

  isRight(runs) {
    return this.number === 5 && this.flag && this.firstChar === 65 && this.secondChar === 66 && this.row[8] === 7 &&
      this.table[8][7] === runs + 10 && this.record.number === 17 && this.next.number === 18 && this.next.tag === 2 &&
      this.a === 5 && this.b === 13 && this.c === 7;
  }
}

module.exports = (inner) => {
  const dhrystone = new Dhrystone();
  for (let number = 1; number <= inner; number++) dhrystone.run(number);
  return dhrystone.isRight(inner);
};
