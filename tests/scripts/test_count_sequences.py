"""scripts/count-sequences: how counts are weighted, and what a failing benchmark does."""

import unittest

import support

from measure import count_sequences


class CountSequencesTest(support.ScriptTest):
    def test_each_benchmark_has_the_same_weight(self):
        shares = {"opcodes": {}, "pairs": {}, "triples": {}}
        count_sequences.add_shares(shares, {"opcodes": {"Pop": 3, "Dup": 1}, "pairs": {"Pop Pop": 2},
                                            "triples": {}})
        count_sequences.add_shares(shares, {"opcodes": {"Dup": 1000}, "pairs": {}, "triples": {}})
        self.assertEqual(shares["opcodes"], {"Pop": 0.75, "Dup": 1.25})
        self.assertEqual(shares["pairs"], {"Pop Pop": 1.0})

    def test_a_benchmark_that_fails_is_named(self):
        done = self.script("count-sequences", "awfy/Queens", "--quiet", "--vm", "som=false")
        self.assert_status(done, 1)
        self.assertIn("awfy/Queens: exit status 1", done.stdout)
        self.assertIn("0 of 1 benchmarks counted", done.stdout)

    def test_wrong_use(self):
        self.assert_status(self.script("count-sequences", "NoSuchBenchmark"), 2)


if __name__ == "__main__":
    unittest.main()
