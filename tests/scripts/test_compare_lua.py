"""scripts/compare-lua with a fake SOM VM: agreement, difference, crash, ratios, JSON."""

import json
import shlex
import unittest
from shutil import which

import support
from measure import pairs, paths

FAKE = support.FAKE_VM.parent / "som_pairs"


@unittest.skipUnless(which("lua5.4"), "needs lua5.4")
class CompareLuaTest(support.ScriptTest):
    def compare(self, *arguments, mode=""):
        words = [str(FAKE), f"--fake-mode={mode}"] if mode else [str(FAKE)]
        return self.script("compare-lua", *arguments, "--vm", f"som={shlex.join(words)}")

    def test_every_pair_agrees(self):
        done = self.compare("--quick", "--vms", "som,lua5.4")
        self.assert_status(done, 0)
        known = pairs.load()
        self.assertGreaterEqual(len(known), 12)
        self.assertIn(f"{len(known)} of {len(known)} pairs agree", done.stdout)

    def test_ratios_and_geometric_mean(self):
        path = self.scratch / "pairs.json"
        done = self.compare("Sends", "FloatLoop", "--vms", "som,lua5.4", "--rounds", "2", "--json",
                            path)
        self.assert_status(done, 0)
        self.assertRegex(done.stdout, r"geometric mean som / lua5\.4 over 2 pairs: \d\.\d+")
        runs = json.loads(path.read_text())["runs"]
        self.assertEqual([(run["pair"], run["vm"]) for run in runs],
                         [("Sends", "som"), ("Sends", "lua5.4"), ("FloatLoop", "som"),
                          ("FloatLoop", "lua5.4")])
        self.assertEqual(len(runs[0]["cpu_s"]), 2)

    def test_difference_is_reported(self):
        done = self.compare("--quick", "NestedLoop", "Sends", "--vms", "som,lua5.4", mode="differ")
        self.assert_status(done, 1)
        self.assertIn("FAILED NestedLoop differs: som: 0; lua5.4: 24502500", done.stdout)
        self.assertIn("1 of 2 pairs agree", done.stdout)

    def test_crash_is_reported(self):
        done = self.compare("--quick", "NestedLoop", "--vms", "som,lua5.4", mode="crash")
        self.assert_status(done, 1)
        self.assertIn("FAILED NestedLoop on som: ended by SIGSEGV", done.stdout)

    def test_unknown_pair_is_refused(self):
        done = self.compare("Nothing")
        self.assert_status(done, 2)
        self.assertIn("no pair named 'Nothing'", done.stderr)


class PairsTest(unittest.TestCase):
    def test_both_halves_of_every_pair_are_there(self):
        for pair in pairs.load():
            for suffix in ("som", "lua"):
                self.assertTrue((paths.PAIRS / f"{pair.name}.{suffix}").exists(), pair.name)

    def test_operations_are_counted(self):
        by_name = {pair.name: pair for pair in pairs.load()}
        self.assertEqual(by_name["NestedLoop"].count(10000), 100000000)
        self.assertEqual(by_name["CountingLoop"].count(5), 5)
        # fib: 20 makes 21891 sends.
        self.assertAlmostEqual(by_name["Sends"].count(20) / 21891, 1, delta=0.001)


if __name__ == "__main__":
    unittest.main()
