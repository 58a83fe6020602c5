// Twelve classes of shapes behind one protocol: areas, perimeters, bounding boxes and scaled copies of a mixed
// collection, with calls that see every class.
'use strict';

const Random = require('./random');
const repeats = require('./repeats');

const PI = 3.141592653589793;

class Shape {
  isRound() { return false; }
  corners() { return 4; }
  fitsIn(width, height) { return this.width() <= width && this.height() <= height; }
}

class SidedShape extends Shape {
  constructor(side) {
    super();
    this.side = side;
  }

  width() { return this.side; }
  height() { return this.side; }
  scaled(factor) { return new this.constructor(this.side * factor); }
}

class BoxedShape extends Shape {
  constructor(w, h) {
    super();
    this.w = w;
    this.h = h;
  }

  width() { return this.w; }
  height() { return this.h; }
  scaled(factor) { return new this.constructor(this.w * factor, this.h * factor); }
}

class RoundShape extends Shape {
  constructor(radius) {
    super();
    this.radius = radius;
  }

  isRound() { return true; }
  corners() { return 0; }
  width() { return this.radius * 2; }
  height() { return this.radius * 2; }
  scaled(factor) { return new this.constructor(this.radius * factor); }
}

class Square extends SidedShape {
  area() { return this.side * this.side; }
  perimeter() { return this.side * 4; }
}

class Rectangle extends BoxedShape {
  area() { return this.w * this.h; }
  perimeter() { return (this.w + this.h) * 2; }
}

class Circle extends RoundShape {
  area() { return PI * this.radius * this.radius; }
  perimeter() { return PI * 2 * this.radius; }
}

class Ellipse extends BoxedShape {
  isRound() { return true; }
  corners() { return 0; }
  area() { return PI * this.w * this.h * 0.25; }

  // Ramanujan's first approximation.
  perimeter() {
    const a = this.w * 0.5;
    const b = this.h * 0.5;
    return PI * ((a + b) * 3 - Math.sqrt((a * 3 + b) * (b * 3 + a)));
  }
}

class RightTriangle extends BoxedShape {
  corners() { return 3; }
  area() { return this.w * this.h * 0.5; }
  perimeter() { return this.w + this.h + Math.sqrt(this.w * this.w + this.h * this.h); }
}

class EquilateralTriangle extends SidedShape {
  corners() { return 3; }
  height() { return this.side * 0.8660254037844386; }
  area() { return this.side * this.height() * 0.5; }
  perimeter() { return this.side * 3; }
}

class Hexagon extends SidedShape {
  corners() { return 6; }
  width() { return this.side * 2; }
  height() { return this.side * 1.7320508075688772; }
  area() { return this.side * this.side * 2.598076211353316; }
  perimeter() { return this.side * 6; }
}

class Octagon extends SidedShape {
  corners() { return 8; }
  width() { return this.side * 2.414213562373095; }
  height() { return this.width(); }
  area() { return this.side * this.side * 4.82842712474619; }
  perimeter() { return this.side * 8; }
}

class Rhombus extends BoxedShape {
  area() { return this.w * this.h * 0.5; }
  perimeter() { return Math.sqrt(this.w * this.w + this.h * this.h) * 2; }
}

class Ring extends RoundShape {
  area() { return PI * this.radius * this.radius * 0.75; }
  perimeter() { return PI * 3 * this.radius; }
}

class Frame extends BoxedShape {
  corners() { return 8; }
  area() { return this.w * this.h * 0.75; }
  perimeter() { return (this.w + this.h) * 3; }
}

class Stadium extends BoxedShape {
  isRound() { return true; }
  corners() { return 0; }
  width() { return this.w + this.h; }
  area() { return PI * this.h * this.h * 0.25 + this.w * this.h; }
  perimeter() { return PI * this.h + this.w * 2; }
}

const CLASSES = [Square, Rectangle, Circle, Ellipse, RightTriangle, EquilateralTriangle, Hexagon, Octagon,
  Rhombus, Ring, Frame, Stadium];

const random = new Random();
const shapes = Array.from({length: 240}, () => {
  const kind = CLASSES[(random.next() >> 8) % 12];
  const a = (random.next() >> 8) % 16 + 1;
  const b = (random.next() >> 8) % 16 + 1;
  return new kind(a, b);
});

function benchmark() {
  let sum = 0;
  for (let factor = 1; factor <= 4; factor++) {
    shapes.forEach((shape) => {
      const scaled = shape.scaled(factor);
      sum = sum + scaled.area() + scaled.perimeter();
      if (scaled.isRound()) sum += 1;
      if (scaled.fitsIn(20, 30)) sum += scaled.corners();
    });
  }
  return sum;
}

module.exports = repeats(() => benchmark() === 1214342.1628351854);
