// The planets' orbits, with the energy as the check.

#include <math.h>

#include "programs.h"

#define SOLAR_MASS (4 * 3.141592653589793 * 3.141592653589793)
#define DAYS_PER_YEAR 365.24

enum { kBodies = 5 };

struct Body {
  double x, y, z, vx, vy, vz, mass;
};

static const struct Body kPlanets[kBodies] = {
    {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0},
    {4.8414314424647209, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694,
     0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609},
    {8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726862411,
     0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812},
    {12.894369562139131, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618,
     0.0023784717395948095, -0.0000296589568540237556, 0.0000436624404335156298},
    {15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322,
     0.00162824170038242295, -0.000095159225451971587, 0.0000515138902046611451}};

static const struct {
  int inner;
  double energy;
} kExpected[] = {{1, -0.16907495402506745},      {10, -0.16907302171469984},
                 {1000, -0.169087605234606},     {5000, -0.16902000037197631},
                 {200000, -0.16908371256962418}, {250000, -0.1690859889909308}};

static void Advance(struct Body* bodies, double dt) {
  for (int i = 0; i < kBodies; ++i) {
    struct Body* a = &bodies[i];
    for (int j = i + 1; j < kBodies; ++j) {
      struct Body* b = &bodies[j];
      const double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      const double squared = dx * dx + dy * dy + dz * dz;
      const double magnitude = dt / (squared * sqrt(squared));
      a->vx -= dx * b->mass * magnitude;
      a->vy -= dy * b->mass * magnitude;
      a->vz -= dz * b->mass * magnitude;
      b->vx += dx * a->mass * magnitude;
      b->vy += dy * a->mass * magnitude;
      b->vz += dz * a->mass * magnitude;
    }
  }
  for (int i = 0; i < kBodies; ++i) {
    bodies[i].x += dt * bodies[i].vx;
    bodies[i].y += dt * bodies[i].vy;
    bodies[i].z += dt * bodies[i].vz;
  }
}

static double Energy(const struct Body* bodies) {
  double e = 0.0;
  for (int i = 0; i < kBodies; ++i) {
    const struct Body* a = &bodies[i];
    e += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
    for (int j = i + 1; j < kBodies; ++j) {
      const struct Body* b = &bodies[j];
      const double dx = a->x - b->x, dy = a->y - b->y, dz = a->z - b->z;
      e -= a->mass * b->mass / sqrt(dx * dx + dy * dy + dz * dz);
    }
  }
  return e;
}

bool NBody(int inner) {
  struct Body bodies[kBodies];
  double px = 0.0, py = 0.0, pz = 0.0;
  for (int i = 0; i < kBodies; ++i) {
    struct Body* body = &bodies[i];
    *body = kPlanets[i];
    body->vx *= DAYS_PER_YEAR;
    body->vy *= DAYS_PER_YEAR;
    body->vz *= DAYS_PER_YEAR;
    body->mass *= SOLAR_MASS;
    px += body->vx * body->mass;
    py += body->vy * body->mass;
    pz += body->vz * body->mass;
  }
  bodies[0].vx = 0.0 - px / SOLAR_MASS;
  bodies[0].vy = 0.0 - py / SOLAR_MASS;
  bodies[0].vz = 0.0 - pz / SOLAR_MASS;
  for (int i = 0; i < inner; ++i) Advance(bodies, 0.01);
  const double energy = Energy(bodies);
  for (size_t i = 0; i < sizeof(kExpected) / sizeof(kExpected[0]); ++i) {
    // Fused operations of some processors round less.
    if (kExpected[i].inner == inner) return fabs(energy - kExpected[i].energy) <= 1e-9;
  }
  return fabs(energy + 0.169) <= 0.001;
}
