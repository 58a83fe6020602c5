// Parses the suite's document, character by character.
'use strict';

const fs = require('fs');
const path = require('path');

const source = path.join(__dirname, '../../../../are-we-fast-yet/Json/JsonDocument.som');
const text = /\^ '([^']*)'/.exec(fs.readFileSync(source, 'utf8'))[1];

class JsonValue {
  isObject() { return false; }
  isArray() { return false; }
}

class JsonLiteral extends JsonValue {
  constructor(value) {
    super();
    this.value = value;
  }
}

class JsonNumber extends JsonValue {
  constructor(string) {
    super();
    this.string = string;
  }
}

class JsonString extends JsonValue {
  constructor(string) {
    super();
    this.string = string;
  }
}

class JsonArray extends JsonValue {
  constructor() {
    super();
    this.values = [];
  }

  add(value) { this.values.push(value); }
  size() { return this.values.length; }
  isArray() { return true; }
}

// Guesses where a name stands in an object, by the length of the name.
class HashIndexTable {
  constructor() {
    this.slots = new Array(32).fill(0);
  }

  put(name, index) { this.slots[this.slotFor(name)] = index < 255 ? index + 1 : 0; }
  at(name) { return (this.slots[this.slotFor(name)] & 255) - 1; }
  slotFor(name) { return (name.length * 1402589) & 31; }
}

class JsonObject extends JsonValue {
  constructor() {
    super();
    this.names = [];
    this.values = [];
    this.table = new HashIndexTable();
  }

  add(name, value) {
    this.table.put(name, this.names.length);
    this.names.push(name);
    this.values.push(value);
  }

  at(name) {
    const index = this.indexOf(name);
    return index === -1 ? null : this.values[index];
  }

  indexOf(name) {
    const guess = this.table.at(name);
    if (guess !== -1 && guess < this.names.length && this.names[guess] === name) return guess;
    return this.names.indexOf(name);
  }

  isObject() { return true; }
}

const NULL = new JsonLiteral('null');
const TRUE = new JsonLiteral('true');
const FALSE = new JsonLiteral('false');

class JsonParser {
  constructor(string) {
    this.input = string;
    this.index = -1;
    this.line = 1;
    this.column = 0;
    this.current = null;
    this.captured = '';
    this.captureStart = -1;
  }

  parse() {
    this.read();
    this.skipWhiteSpace();
    const result = this.readValue();
    this.skipWhiteSpace();
    if (this.index < this.input.length) this.fail('Unexpected character');
    return result;
  }

  readValue() {
    switch (this.current) {
      case 'n': return this.readWord('null', NULL);
      case 't': return this.readWord('true', TRUE);
      case 'f': return this.readWord('false', FALSE);
      case '"': return this.readString();
      case '[': return this.readArray();
      case '{': return this.readObject();
      default: return this.readNumber();
    }
  }

  readArray() {
    this.read();
    const array = new JsonArray();
    this.skipWhiteSpace();
    if (this.readChar(']')) return array;
    do {
      this.skipWhiteSpace();
      array.add(this.readValue());
      this.skipWhiteSpace();
    } while (this.readChar(','));
    if (!this.readChar(']')) this.fail("',' or ']'");
    return array;
  }

  readObject() {
    this.read();
    const object = new JsonObject();
    this.skipWhiteSpace();
    if (this.readChar('}')) return object;
    do {
      this.skipWhiteSpace();
      if (this.current !== '"') this.fail('name');
      const name = this.readStringText();
      this.skipWhiteSpace();
      if (!this.readChar(':')) this.fail("':'");
      this.skipWhiteSpace();
      object.add(name, this.readValue());
      this.skipWhiteSpace();
    } while (this.readChar(','));
    if (!this.readChar('}')) this.fail("',' or '}'");
    return object;
  }

  readWord(word, value) {
    for (let i = 0; i < word.length; i++) {
      if (!this.readChar(word.charAt(i))) this.fail(word);
    }
    return value;
  }

  readString() { return new JsonString(this.readStringText()); }

  readStringText() {
    this.read();
    this.startCapture();
    while (this.current !== '"') {
      if (this.current === null) this.fail('"');
      if (this.current === '\\') {
        this.pauseCapture();
        this.readEscape();
        this.startCapture();
      } else {
        this.read();
      }
    }
    const string = this.endCapture();
    this.read();
    return string;
  }

  readEscape() {
    this.read();
    const escapes = {'"': '"', '/': '/', '\\': '\\', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t'};
    if (!(this.current in escapes)) this.fail('escape sequence');
    this.captured += escapes[this.current];
    this.read();
  }

  readNumber() {
    this.startCapture();
    this.readChar('-');
    const first = this.current;
    if (!this.readDigit()) this.fail('digit');
    if (first !== '0') while (this.readDigit());
    if (this.readChar('.')) {
      if (!this.readDigit()) this.fail('digit');
      while (this.readDigit());
    }
    if (this.readChar('e') || this.readChar('E')) {
      if (!this.readChar('+')) this.readChar('-');
      if (!this.readDigit()) this.fail('digit');
      while (this.readDigit());
    }
    return new JsonNumber(this.endCapture());
  }

  readChar(character) {
    if (this.current !== character) return false;
    this.read();
    return true;
  }

  readDigit() {
    if (!this.isDigit()) return false;
    this.read();
    return true;
  }

  skipWhiteSpace() {
    while (this.isWhiteSpace()) this.read();
  }

  read() {
    if (this.current === '\n') {
      this.line++;
      this.column = 0;
    }
    this.index++;
    this.column++;
    this.current = this.index < this.input.length ? this.input.charAt(this.index) : null;
  }

  startCapture() { this.captureStart = this.index; }

  pauseCapture() {
    this.captured += this.input.substring(this.captureStart, this.index);
    this.captureStart = -1;
  }

  endCapture() {
    const start = this.captureStart;
    this.captureStart = -1;
    if (this.captured === '') return this.input.substring(start, this.index);
    const result = this.captured + this.input.substring(start, this.index);
    this.captured = '';
    return result;
  }

  isWhiteSpace() {
    const c = this.current;
    return c === ' ' || c === '\t' || c === '\n' || c === '\r';
  }

  isDigit() {
    const c = this.current;
    return c !== null && c >= '0' && c <= '9';
  }

  fail(expected) {
    throw new Error(`Expected ${expected} at ${this.line}:${this.column}`);
  }
}

function isRight(result) {
  if (!result.isObject() || !result.at('head').isObject()) return false;
  const operations = result.at('operations');
  return operations.isArray() && operations.size() === 156;
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    if (!isRight(new JsonParser(text).parse())) return false;
  }
  return true;
};
