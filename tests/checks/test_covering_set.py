"""The switch combinations that tests/switches/run_switches.py tries are a pairwise covering set."""

import itertools
import unittest

from loading import load_script

run_switches = load_script("tests/switches/run_switches.py")


class CoveringSet(unittest.TestCase):
    def assert_covers(self, switches):
        combinations = run_switches.pairwise_covering(switches)
        for a, b in itertools.combinations(switches, 2):
            met = {(combination[a], combination[b]) for combination in combinations}
            self.assertEqual(met, set(itertools.product(switches[a], switches[b])), (a, b))
        return combinations

    def test_every_two_values_meet(self):
        combinations = self.assert_covers(run_switches.SWITCHES)
        # Two switches have four values each: no covering set has fewer than 16 members.
        self.assertLess(len(combinations), 25)

    def test_without_the_tail_calls(self):
        self.assert_covers({**run_switches.SWITCHES, "--dispatch": ["switch", "goto"]})

    def test_full_product(self):
        product = run_switches.full_product(run_switches.SWITCHES)
        self.assertEqual(len(product), 3 * 4 * 4 * 2 * 2 * 2 * 2 * 2 * 2)
        self.assertEqual(len({tuple(combination.items()) for combination in product}), len(product))


if __name__ == "__main__":
    unittest.main()
