// Expressions in one variable as trees: derives a polynomial three times, simplifies each derivative, and
// evaluates it.
'use strict';

const repeats = require('./repeats');

class Term {
  isConstant() { return false; }
  isNumber(number) { return false; }
}

class Constant extends Term {
  constructor(value) {
    super();
    this.value = value;
  }

  isConstant() { return true; }
  isNumber(number) { return this.value === number; }
  derivative() { return new Constant(0); }
  simplified() { return this; }
  valueAt(x) { return this.value; }
  size() { return 1; }
}

class Variable extends Term {
  derivative() { return new Constant(1); }
  simplified() { return this; }
  valueAt(x) { return x; }
  size() { return 1; }
}

class BinaryTerm extends Term {
  constructor(left, right) {
    super();
    this.left = left;
    this.right = right;
  }

  size() { return 1 + this.left.size() + this.right.size(); }
}

class Sum extends BinaryTerm {
  derivative() { return new Sum(this.left.derivative(), this.right.derivative()); }

  simplified() {
    const a = this.left.simplified();
    const b = this.right.simplified();
    if (a.isNumber(0)) return b;
    if (b.isNumber(0)) return a;
    if (a.isConstant() && b.isConstant()) return new Constant(a.value + b.value);
    return new Sum(a, b);
  }

  valueAt(x) { return this.left.valueAt(x) + this.right.valueAt(x); }
}

class Product extends BinaryTerm {
  derivative() {
    return new Sum(new Product(this.left.derivative(), this.right),
        new Product(this.left, this.right.derivative()));
  }

  simplified() {
    const a = this.left.simplified();
    const b = this.right.simplified();
    if (a.isNumber(0) || b.isNumber(0)) return new Constant(0);
    if (a.isNumber(1)) return b;
    if (b.isNumber(1)) return a;
    if (a.isConstant() && b.isConstant()) return new Constant(a.value * b.value);
    return new Product(a, b);
  }

  valueAt(x) { return this.left.valueAt(x) * this.right.valueAt(x); }
}

class Power extends Term {
  constructor(base, exponent) {
    super();
    this.base = base;
    this.exponent = exponent;
  }

  derivative() {
    return new Product(
        new Product(new Constant(this.exponent), new Power(this.base, this.exponent - 1)),
        this.base.derivative());
  }

  simplified() {
    if (this.exponent === 0) return new Constant(1);
    if (this.exponent === 1) return this.base.simplified();
    return new Power(this.base.simplified(), this.exponent);
  }

  valueAt(x) {
    const value = this.base.valueAt(x);
    let result = 1;
    for (let i = 0; i < this.exponent; i++) result *= value;
    return result;
  }

  size() { return 1 + this.base.size(); }
}

// 1 + 2 x + 3 x^2 ... times 2 + x^3
function polynomial() {
  const x = new Variable();
  let sum = new Constant(1);
  let power = x;
  for (let i = 2; i <= 6; i++) {
    sum = new Sum(sum, new Product(new Constant(i), power));
    power = new Product(x, power);
  }
  return new Product(sum, new Sum(new Constant(2), new Power(x, 3)));
}

function benchmark() {
  let expression = polynomial();
  let sum = 0;
  for (let i = 0; i < 3; i++) {
    expression = expression.derivative().simplified();
    sum += expression.size();
    for (let x = -3; x <= 3; x++) sum += expression.valueAt(x);
  }
  return sum;
}

module.exports = repeats(() => benchmark() === 864954);
