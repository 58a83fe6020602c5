// Splits a program text into words, numbers, strings and signs, character by character, and joins the tokens
// again.
'use strict';

const repeats = require('./repeats');

const text = Array.from({length: 20}, (_, k) => k + 1)
    .map((i) => `let item${i} = (width + ${i * 37}) * scale;  print "item ${i}: ", item${i};`)
    .join('\n');

const isWhiteSpace = (c) => c === ' ' || c === '\t' || c === '\n' || c === '\r';
const isDigit = (c) => c >= '0' && c <= '9';
const isLetter = (c) => (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

class Token {
  constructor(kind, text) {
    this.kind = kind;
    this.text = text;
  }
}

class Tokenizer {
  constructor(text) {
    this.text = text;
    this.position = 0;
    this.tokens = [];
  }

  tokenize() {
    for (;;) {
      this.skipWhiteSpace();
      if (this.position >= this.text.length) return;
      this.tokens.push(this.nextToken());
    }
  }

  // The character at hand, a blank behind the last one.
  current() { return this.position < this.text.length ? this.text.charAt(this.position) : ' '; }

  skipWhiteSpace() {
    while (this.position < this.text.length && isWhiteSpace(this.current())) this.position++;
  }

  nextToken() {
    const start = this.position;
    if (isLetter(this.current())) {
      this.skipWhile((c) => isLetter(c) || isDigit(c));
      return this.token('word', start);
    }
    if (isDigit(this.current())) {
      this.skipWhile((c) => isDigit(c));
      return this.token('number', start);
    }
    if (this.current() === '"') {
      this.position++;
      this.skipWhile((c) => c !== '"');
      this.position++;
      return this.token('string', start);
    }
    this.position++;
    return this.token('sign', start);
  }

  skipWhile(block) {
    while (this.position < this.text.length && block(this.current())) this.position++;
  }

  token(kind, start) { return new Token(kind, this.text.substring(start, this.position)); }
  count(kind) { return this.tokens.filter((token) => token.kind === kind).length; }
}

function benchmark() {
  const tokenizer = new Tokenizer(text);
  tokenizer.tokenize();
  const joined = tokenizer.tokens.map((token) => token.text).join(' ');
  return joined.length * 10000 + tokenizer.count('word') + tokenizer.count('number') * 10 +
      tokenizer.count('string') * 100 + tokenizer.count('sign');
}

module.exports = repeats(() => benchmark() === 13302480);
