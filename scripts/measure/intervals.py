"""Medians, geometric means and 95 % confidence intervals by the bootstrap. Pure arithmetic.

Samples come as a list of processes, each a list of measurements. Resampling follows that structure:
first processes are drawn, then measurements within each, because two measurements of one process
share its memory layout and resemble each other more than two processes do. All randomness is seeded:
the same samples always give the same interval.
"""

import math
import random
from dataclasses import dataclass
from statistics import mean, median

RESAMPLES = 1000
# Below this many measurements a bootstrap interval promises more than it knows.
FEWEST_FOR_A_VERDICT = 5


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its 95 % confidence interval."""

    value: float
    low: float
    high: float

    def excludes(self, number):
        """True when `number` lies outside the interval."""
        return number < self.low or number > self.high


def geometric_mean(values):
    """Geometric mean of positive numbers; raises ValueError for none."""
    values = list(values)
    if not values:
        raise ValueError("geometric mean of nothing")
    return math.exp(sum(math.log(value) for value in values) / len(values))


def count(samples):
    """Number of measurements in all processes together."""
    return sum(len(process) for process in samples)


def median_of(samples):
    """Median of the processes' medians."""
    return median(median(process) for process in samples)


def median_interval(samples):
    """Interval of `median_of`."""
    return _bootstrap(lambda rng: median_of(_resample(samples, rng)), median_of(samples))


def mean_interval(values):
    """Interval of the mean of a plain list of measurements."""
    values = list(values)
    return _bootstrap(lambda rng: mean(rng.choices(values, k=len(values))), mean(values))


def ratio_interval(samples, base):
    """Interval of median(samples) / median(base)."""
    return _bootstrap(
        lambda rng: median_of(_resample(samples, rng)) / median_of(_resample(base, rng)),
        median_of(samples) / median_of(base))


def geometric_mean_interval(pairs):
    """Interval of the geometric mean of median ratios over (samples, base) pairs."""
    pairs = list(pairs)
    return _bootstrap(
        lambda rng: geometric_mean(
            median_of(_resample(samples, rng)) / median_of(_resample(base, rng))
            for samples, base in pairs),
        geometric_mean(median_of(samples) / median_of(base) for samples, base in pairs))


def verdict(samples, base):
    """One of "faster", "slower", "same" (within noise), "too few"; of samples against base."""
    if min(count(samples), count(base)) < FEWEST_FOR_A_VERDICT:
        return "too few"
    interval = ratio_interval(samples, base)
    if not interval.excludes(1.0):
        return "same"
    return "faster" if interval.value < 1.0 else "slower"


def _resample(samples, rng):
    chosen = rng.choices(samples, k=len(samples)) if len(samples) > 1 else samples
    return [rng.choices(process, k=len(process)) for process in chosen]


def _bootstrap(draw, value):
    rng = random.Random(20221)
    draws = sorted(draw(rng) for _ in range(RESAMPLES))
    return Interval(value, draws[int(0.025 * RESAMPLES)], draws[int(0.975 * RESAMPLES) - 1])
