// The planets' orbits: bodies as objects, energy as the check.
'use strict';

const PI = 3.141592653589793;
const DAYS_PER_YEAR = 365.24;
const SOLAR_MASS = 4 * PI * PI;
const EXPECTED = new Map([[1, -0.16907495402506745], [10, -0.16907302171469984],
  [1000, -0.169087605234606], [5000, -0.16902000037197631], [200000, -0.16908371256962418],
  [250000, -0.1690859889909308]]);
const PLANETS = [
  [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0],
  [4.8414314424647209, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694,
    0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609],
  [8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726862411,
    0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812],
  [12.894369562139131, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618,
    0.0023784717395948095, -0.0000296589568540237556, 0.0000436624404335156298],
  [15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322,
    0.00162824170038242295, -0.000095159225451971587, 0.0000515138902046611451]];

class Body {
  constructor(x, y, z, vx, vy, vz, mass) {
    this.x = x;
    this.y = y;
    this.z = z;
    this.vx = vx * DAYS_PER_YEAR;
    this.vy = vy * DAYS_PER_YEAR;
    this.vz = vz * DAYS_PER_YEAR;
    this.mass = mass * SOLAR_MASS;
  }

  offsetMomentum(px, py, pz) {
    this.vx = 0.0 - (px / SOLAR_MASS);
    this.vy = 0.0 - (py / SOLAR_MASS);
    this.vz = 0.0 - (pz / SOLAR_MASS);
  }
}

class System {
  constructor() {
    this.bodies = PLANETS.map((planet) => new Body(...planet));
    let px = 0.0, py = 0.0, pz = 0.0;
    for (const body of this.bodies) {
      px += body.vx * body.mass;
      py += body.vy * body.mass;
      pz += body.vz * body.mass;
    }
    this.bodies[0].offsetMomentum(px, py, pz);
  }

  advance(dt) {
    const bodies = this.bodies;
    for (let i = 0; i < bodies.length; i++) {
      const a = bodies[i];
      for (let j = i + 1; j < bodies.length; j++) {
        const b = bodies[j];
        const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
        const squared = dx * dx + dy * dy + dz * dz;
        const magnitude = dt / (squared * Math.sqrt(squared));
        a.vx -= dx * b.mass * magnitude;
        a.vy -= dy * b.mass * magnitude;
        a.vz -= dz * b.mass * magnitude;
        b.vx += dx * a.mass * magnitude;
        b.vy += dy * a.mass * magnitude;
        b.vz += dz * a.mass * magnitude;
      }
    }
    for (const body of bodies) {
      body.x += dt * body.vx;
      body.y += dt * body.vy;
      body.z += dt * body.vz;
    }
  }

  energy() {
    const bodies = this.bodies;
    let e = 0.0;
    for (let i = 0; i < bodies.length; i++) {
      const a = bodies[i];
      e += 0.5 * a.mass * (a.vx * a.vx + a.vy * a.vy + a.vz * a.vz);
      for (let j = i + 1; j < bodies.length; j++) {
        const b = bodies[j];
        const dx = a.x - b.x, dy = a.y - b.y, dz = a.z - b.z;
        e -= a.mass * b.mass / Math.sqrt(dx * dx + dy * dy + dz * dz);
      }
    }
    return e;
  }
}

module.exports = (inner) => {
  const system = new System();
  for (let i = 0; i < inner; i++) system.advance(0.01);
  const energy = system.energy();
  if (!EXPECTED.has(inner)) return Math.abs(energy + 0.169) <= 0.001;
  return Math.abs(energy - EXPECTED.get(inner)) <= 1e-15;
};
