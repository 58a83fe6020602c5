// An evaluator of a small Lisp: reads a program into cells, names and numbers, and evaluates them in
// environments that are linked Maps.
'use strict';

const repeats = require('./repeats');

const SOURCE =
    '(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))' +
    '(define range (lambda (a b) (if (< b a) nil (cons a (range (+ a 1) b)))))' +
    '(define map (lambda (f l) (if (null l) nil (cons (f (first l)) (map f (rest l))))))' +
    '(define sum (lambda (l) (if (null l) 0 (+ (first l) (sum (rest l))))))' +
    '(define square (lambda (x) (* x x)))' +
    '(define adder (lambda (k) (lambda (x) (+ x k))))' +
    '(define add3 (adder 3))' +
    '(define twice (lambda (f x) (f (f x))))';

class LispNumber {
  constructor(value) {
    this.value = value;
  }

  evaluate() { return this.value; }
}

class LispName {
  constructor(name) {
    this.name = name;
  }

  evaluate(environment) { return environment.at(this.name); }
}

class LispCell {
  constructor(first, rest) {
    this.first = first;
    this.rest = rest;
  }

  forEach(block) {
    for (let cell = this; cell !== null; cell = cell.rest) block(cell.first);
  }

  at(index) {
    let cell = this;
    for (let i = 0; i < index; i++) cell = cell.rest;
    return cell.first;
  }

  evaluate(environment) { return this.first.evaluate(environment).applyTo(this.rest, environment); }
}

class LispEnvironment {
  constructor(outer) {
    this.values = new Map();
    this.outer = outer;
  }

  define(name, value) { this.values.set(name, value); }

  at(name) {
    if (this.values.has(name)) return this.values.get(name);
    if (this.outer === null) throw new Error(`Lisp: nothing is called ${name}`);
    return this.outer.at(name);
  }
}

// A function evaluates its arguments before it is called.
class LispFunction {
  applyTo(expressions, environment) {
    const args = [];
    expressions.forEach((each) => args.push(each.evaluate(environment)));
    return this.call(args);
  }
}

class LispPrimitive extends LispFunction {
  constructor(block) {
    super();
    this.block = block;
  }

  call(args) { return args.length === 1 ? this.block(args[0]) : this.block(args[0], args[1]); }
}

class LispLambda extends LispFunction {
  constructor(parameters, body, environment) {
    super();
    this.parameters = parameters;
    this.body = body;
    this.environment = environment;
  }

  call(args) {
    const inner = new LispEnvironment(this.environment);
    let position = 0;
    this.parameters.forEach((each) => inner.define(each.name, args[position++]));
    return this.body.evaluate(inner);
  }
}

// A form that decides itself which of its arguments are evaluated.
class LispSpecial {
  constructor(block) {
    this.block = block;
  }

  applyTo(expressions, environment) { return this.block(expressions, environment); }
}

class LispReader {
  constructor(text) {
    this.text = text;
    this.position = 0;
  }

  all() {
    const result = [];
    for (;;) {
      this.skipBlanks();
      if (this.position >= this.text.length) return result;
      result.push(this.next());
    }
  }

  next() {
    this.skipBlanks();
    if (this.text.charAt(this.position) === '(') {
      this.position++;
      return this.list();
    }
    const atom = this.atom();
    return /^[0-9]+$/.test(atom) ? new LispNumber(Number(atom)) : new LispName(atom);
  }

  // The cells up to the closing parenthesis.
  list() {
    this.skipBlanks();
    if (this.text.charAt(this.position) === ')') {
      this.position++;
      return null;
    }
    const first = this.next();
    return new LispCell(first, this.list());
  }

  atom() {
    const start = this.position;
    while (this.position < this.text.length && this.isPartOfAtom(this.text.charAt(this.position))) {
      this.position++;
    }
    return this.text.substring(start, this.position);
  }

  isPartOfAtom(c) { return !(c === '(' || c === ')' || c === ' '); }

  skipBlanks() {
    while (this.position < this.text.length && this.text.charAt(this.position) === ' ') this.position++;
  }
}

function globals() {
  const global = new LispEnvironment(null);
  const define = (name, block) => global.define(name, new LispPrimitive(block));
  const special = (name, block) => global.define(name, new LispSpecial(block));
  global.define('nil', null);
  define('+', (a, b) => a + b);
  define('-', (a, b) => a - b);
  define('*', (a, b) => a * b);
  define('<', (a, b) => a < b);
  define('cons', (a, b) => new LispCell(a, b));
  define('first', (a) => a.first);
  define('rest', (a) => a.rest);
  define('null', (a) => a === null);
  special('if', (args, environment) =>
    (args.at(0).evaluate(environment) ? args.at(1) : args.at(2)).evaluate(environment));
  special('define', (args, environment) =>
    environment.define(args.at(0).name, args.at(1).evaluate(environment)));
  special('lambda', (args, environment) => new LispLambda(args.at(0), args.at(1), environment));
  return global;
}

function benchmark() {
  const global = globals();
  new LispReader(SOURCE).all().forEach((each) => each.evaluate(global));
  return new LispReader('(+ (fib 11) (+ (sum (map square (range 1 30))) (twice add3 10)))').next()
      .evaluate(global);
}

module.exports = repeats(() => benchmark() === 89 + 9455 + 16);
