// 100 balls bounce in a box for 50 rounds; counts the hits of a wall.
'use strict';

const Random = require('./random');

class Ball {
  constructor(random) {
    this.x = random.next() % 500;
    this.y = random.next() % 500;
    this.xVelocity = random.next() % 300 - 150;
    this.yVelocity = random.next() % 300 - 150;
  }

  bounce() {
    const limit = 500;
    let bounced = false;
    this.x += this.xVelocity;
    this.y += this.yVelocity;
    if (this.x > limit) {
      this.x = limit;
      this.xVelocity = -Math.abs(this.xVelocity);
      bounced = true;
    }
    if (this.x < 0) {
      this.x = 0;
      this.xVelocity = Math.abs(this.xVelocity);
      bounced = true;
    }
    if (this.y > limit) {
      this.y = limit;
      this.yVelocity = -Math.abs(this.yVelocity);
      bounced = true;
    }
    if (this.y < 0) {
      this.y = 0;
      this.yVelocity = Math.abs(this.yVelocity);
      bounced = true;
    }
    return bounced;
  }
}

function benchmark() {
  const random = new Random();
  const balls = Array.from({length: 100}, () => new Ball(random));
  let bounces = 0;
  for (let round = 0; round < 50; round++) {
    for (const ball of balls) {
      if (ball.bounce()) bounces++;
    }
  }
  return bounces;
}

module.exports = (inner) => {
  for (let i = 0; i < inner; i++) {
    if (benchmark() !== 1331) return false;
  }
  return true;
};
