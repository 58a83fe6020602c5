"""The statistics: medians, intervals, verdicts on samples whose answer is known."""

import math
import statistics
import unittest

import support  # noqa: F401  (puts scripts/ on the path)
from measure import intervals


class IntervalsTest(unittest.TestCase):
    def test_geometric_mean(self):
        self.assertAlmostEqual(intervals.geometric_mean([1, 4, 16]), 4)
        with self.assertRaises(ValueError):
            intervals.geometric_mean([])

    def test_median_is_taken_over_processes_first(self):
        self.assertEqual(intervals.median_of([[1, 1, 1, 1, 1], [10], [20]]), 10)

    def test_interval_contains_the_estimate_and_is_repeatable(self):
        samples = [[10, 11, 12, 13], [11, 12, 14, 15], [9, 10, 12, 12]]
        interval = intervals.median_interval(samples)
        self.assertLessEqual(interval.low, interval.value)
        self.assertLessEqual(interval.value, interval.high)
        self.assertLess(interval.low, interval.high)
        self.assertEqual(interval, intervals.median_interval(samples))

    def test_constant_samples_have_an_interval_of_no_width(self):
        interval = intervals.median_interval([[5, 5, 5], [5, 5, 5]])
        self.assertEqual((interval.low, interval.value, interval.high), (5, 5, 5))

    def test_interval_of_a_mean_is_that_of_the_textbook(self):
        values = [100 + math.sin(number) for number in range(400)]
        interval = intervals.mean_interval(values)
        half = 1.96 * statistics.stdev(values) / math.sqrt(len(values))
        self.assertAlmostEqual(interval.value, statistics.mean(values))
        self.assertAlmostEqual((interval.high - interval.low) / 2, half, delta=half / 5)

    def test_processes_are_drawn_not_measurements(self):
        # Thirty measurements, but only three independent ones: their medians.
        samples = [[10] * 10, [11] * 10, [12] * 10]
        interval = intervals.median_interval(samples)
        self.assertEqual((interval.low, interval.value, interval.high), (10, 11, 12))

    def test_single_measurement_has_an_interval_of_no_width(self):
        interval = intervals.ratio_interval([[6]], [[3]])
        self.assertEqual((interval.low, interval.value, interval.high), (2, 2, 2))

    def test_verdicts(self):
        base = [[100, 101, 102], [99, 100, 103]]
        self.assertEqual(intervals.verdict([[50, 51, 52], [49, 50, 51]], base), "faster")
        self.assertEqual(intervals.verdict([[150, 151, 152], [149, 150, 151]], base), "slower")
        self.assertEqual(intervals.verdict([[100, 102, 101], [103, 99, 100]], base), "same")
        self.assertEqual(intervals.verdict([[50, 51]], base), "too few")

    def test_ratio_and_geometric_mean_of_ratios(self):
        two, one = [[2.0] * 3] * 2, [[1.0] * 3] * 2
        self.assertEqual(intervals.ratio_interval(two, one).value, 2)
        self.assertAlmostEqual(
            intervals.geometric_mean_interval([(two, one), (one, two)]).value, 1)


if __name__ == "__main__":
    unittest.main()
