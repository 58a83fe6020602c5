"""Medians, geometric means and 95 % confidence intervals by SciPy's bootstrap. Pure arithmetic.

Samples come as a list of processes, each a list of measurements. Two measurements of one process share its memory layout and
resemble each other more than two processes do, so what is drawn is processes, each standing for the median of its
measurements; of a single process, its measurements. All randomness is seeded: the same samples always give the same interval.
"""

import importlib
import importlib.util
import statistics
from dataclasses import dataclass
from statistics import median

from measure import paths

RESAMPLES = 1000
# Below this many measurements a bootstrap interval promises more than it knows.
FEWEST_FOR_A_VERDICT = 5
_SEED = 20221


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its 95 % confidence interval."""

    value: float
    low: float
    high: float

    def excludes(self, number):
        """True when `number` lies outside the interval."""
        return number < self.low or number > self.high


def require():
    """Raises UserError when SciPy is not there and cannot be installed."""
    _libraries()


def geometric_mean(values):
    """Geometric mean of positive numbers; raises ValueError for none."""
    return statistics.geometric_mean(values)


def count(samples):
    """Number of measurements in all processes together."""
    return sum(len(process) for process in samples)


def median_of(samples):
    """Median of the processes' medians."""
    return median(median(process) for process in samples)


def median_interval(samples):
    """Interval of `median_of`."""
    return _bootstrap([_observations(samples)], lambda numpy, axis, drawn: numpy.median(drawn, axis=axis),
                      median_of(samples))


def mean_interval(values):
    """Interval of the mean of a plain list of measurements."""
    values = list(values)
    return _bootstrap([values], lambda numpy, axis, drawn: numpy.mean(drawn, axis=axis), statistics.mean(values))


def ratio_interval(samples, base):
    """Interval of median(samples) / median(base)."""
    return _bootstrap([_observations(samples), _observations(base)], _mean_of_ratios,
                      median_of(samples) / median_of(base))


def geometric_mean_interval(pairs):
    """Interval of the geometric mean of median ratios over (samples, base) pairs."""
    pairs = list(pairs)
    return _bootstrap([_observations(side) for pair in pairs for side in pair], _mean_of_ratios,
                      geometric_mean(median_of(samples) / median_of(base) for samples, base in pairs))


def verdict(samples, base):
    """One of "faster", "slower", "same" (within noise), "too few"; of samples against base."""
    if min(count(samples), count(base)) < FEWEST_FOR_A_VERDICT:
        return "too few"
    interval = ratio_interval(samples, base)
    if not interval.excludes(1.0):
        return "same"
    return "faster" if interval.value < 1.0 else "slower"


def _observations(samples):
    """What is drawn from, with the same median as `samples`."""
    return [median(process) for process in samples] if len(samples) > 1 else list(samples[0])


def _mean_of_ratios(numpy, axis, *drawn):
    """Geometric mean over the pairs in `drawn` of the ratio of their medians."""
    medians = [numpy.median(sample, axis=axis) for sample in drawn]
    logarithms = [numpy.log(one / base) for one, base in zip(medians[::2], medians[1::2])]
    return numpy.exp(numpy.mean(logarithms, axis=0))


def _bootstrap(observations, statistic, value):
    """Interval around `value` of a statistic of independent lists of observations."""
    numpy, stats = _libraries()
    # SciPy asks for two observations; a single one twice has the interval of no width that is its due.
    data = tuple(sample if len(sample) > 1 else sample * 2 for sample in observations)
    found = stats.bootstrap(data, lambda *drawn, axis=-1: statistic(numpy, axis, *drawn), n_resamples=RESAMPLES,
                            method="percentile", vectorized=True, random_state=_SEED).confidence_interval
    return Interval(value, float(found.low), float(found.high))


def _libraries():
    """numpy and scipy.stats, installed when absent."""
    if importlib.util.find_spec("scipy") is None:
        paths.need("lab")
        importlib.invalidate_caches()
    try:
        return importlib.import_module("numpy"), importlib.import_module("scipy.stats")
    except ImportError as error:
        raise paths.UserError("intervals need SciPy: install Debian's package python3-scipy "
                              "(scripts/bootstrap lab does)") from error
