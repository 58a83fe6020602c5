// Traces a picture of 24 by 24 points: nine mirroring spheres over a floor, one light, shadows, three
// reflections. Points and directions are immutable objects.
'use strict';

const repeats = require('./repeats');

class Point3 {
  constructor(x, y, z) {
    this.x = x;
    this.y = y;
    this.z = z;
  }

  plus(other) { return new Point3(this.x + other.x, this.y + other.y, this.z + other.z); }
  minus(other) { return new Point3(this.x - other.x, this.y - other.y, this.z - other.z); }
  times(factor) { return new Point3(this.x * factor, this.y * factor, this.z * factor); }
  dot(other) { return this.x * other.x + this.y * other.y + this.z * other.z; }
  length() { return Math.sqrt(this.dot(this)); }
  normalized() { return this.times(1 / this.length()); }
  reflectedBy(normal) { return this.minus(normal.times(2 * this.dot(normal))); }
}

class Ray {
  constructor(origin, direction) {
    this.origin = origin;
    this.direction = direction;
  }

  at(distance) { return this.origin.plus(this.direction.times(distance)); }
}

class Sphere {
  constructor(center, radius, brightness) {
    this.center = center;
    this.radius = radius;
    this.brightness = brightness;
  }

  // How far away the ray first meets the sphere; null if it does not.
  distanceAlong(ray) {
    const offset = ray.origin.minus(this.center);
    const half = offset.dot(ray.direction);
    const rest = half * half - (offset.dot(offset) - this.radius * this.radius);
    if (rest < 0) return null;
    const root = Math.sqrt(rest);
    if (0 - half - root > 0.0001) return 0 - half - root;
    return root - half > 0.0001 ? root - half : null;
  }
}

class RayTracer {
  constructor() {
    this.spheres = [];
    for (let i = -1; i <= 1; i++) {
      for (let j = -1; j <= 1; j++) {
        this.spheres.push(new Sphere(
            new Point3(i * 2, i * j * 0.5, 6 + j * 2), 0.8 + i * 0.1, 0.6 + j * 0.2));
      }
    }
    this.spheres.push(new Sphere(new Point3(0, -1002, 0), 1000, 0.4));
    this.light = new Point3(3, 5, -2).normalized();
  }

  benchmark() {
    const eye = new Point3(0, 1, -3);
    let sum = 0;
    for (let row = 0; row < 24; row++) {
      for (let column = 0; column < 24; column++) {
        const direction = new Point3((column - 11.5) / 12, (11.5 - row) / 12, 1.5).normalized();
        sum += this.trace(new Ray(eye, direction), 3);
      }
    }
    return sum;
  }

  trace(ray, depth) {
    let sphere = null;
    let distance = 1000000;
    this.spheres.forEach((each) => {
      const candidate = each.distanceAlong(ray);
      if (candidate !== null && candidate < distance) {
        distance = candidate;
        sphere = each;
      }
    });
    if (sphere === null) return this.sky(ray.direction);
    return this.shade(sphere, ray.at(distance), ray.direction, depth);
  }

  sky(direction) { return direction.y * 0.5 + 0.5; }

  shade(sphere, point, direction, depth) {
    const normal = point.minus(sphere.center).normalized();
    let brightness = 0.1;
    if (!this.isShadowed(point)) brightness += Math.max(normal.dot(this.light), 0);
    brightness *= sphere.brightness;
    if (depth === 0) return brightness;
    return brightness + 0.3 * this.trace(new Ray(point, direction.reflectedBy(normal)), depth - 1);
  }

  isShadowed(point) {
    const ray = new Ray(point, this.light);
    return this.spheres.some((each) => each.distanceAlong(ray) !== null);
  }
}

const tracer = new RayTracer();

module.exports = repeats(() => tracer.benchmark() === 322.19067157330346);
