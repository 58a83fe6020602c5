// Takeuchi-like recursion over linked lists.
'use strict';

class Element {
  constructor(value) {
    this.value = value;
    this.next = null;
  }

  length() {
    return this.next === null ? 1 : 1 + this.next.length();
  }
}

function makeList(length) {
  if (length === 0) return null;
  const element = new Element(length);
  element.next = makeList(length - 1);
  return element;
}

function isShorter(x, y) {
  let xTail = x;
  let yTail = y;
  while (yTail !== null) {
    if (xTail === null) return true;
    xTail = xTail.next;
    yTail = yTail.next;
  }
  return false;
}

function tail(x, y, z) {
  if (!isShorter(y, x)) return z;
  return tail(tail(x.next, y, z), tail(y.next, z, x), tail(z.next, x, y));
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    if (tail(makeList(15), makeList(10), makeList(6)).length() !== 10) return false;
  }
  return true;
};
