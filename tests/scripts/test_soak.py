"""scripts/soak: a few seconds of it, wrong results, and the rule by which memory counts as growing."""

import unittest
import xml.etree.ElementTree as ElementTree

import support
from measure import soak


class SoakRule(unittest.TestCase):
    def test_memory_that_stays(self):
        samples = [(second, 10 if second < 15 else 50 + second % 2) for second in range(100)]
        self.assertEqual(soak.growth(samples), (51, 51, False))

    def test_the_beginning_is_not_judged(self):
        samples = [(second, 500 if second < 10 else 50) for second in range(100)]
        self.assertEqual(soak.growth(samples), (50, 50, False))

    def test_memory_that_grows(self):
        self.assertEqual(soak.growth([(second, 50 + second * 0.2) for second in range(101)]), (62, 70, True))
        self.assertTrue(soak.growth([(second, 50 if second < 90 else 80) for second in range(100)])[2])

    def test_one_sample(self):
        self.assertEqual(soak.growth([(0, 50)]), (50, 50, False))


class SoakTest(support.ScriptTest):
    def soak(self, *arguments):
        return self.script("soak", *arguments, "--picture", self.scratch / "soak.svg")

    def fake_vm(self, *lines):
        vm = self.scratch / "vm"
        vm.write_text("\n".join(["#!/bin/sh", "sleep 0.3", *lines, ""]), encoding="utf-8")
        vm.chmod(0o755)
        return vm

    def test_right_results(self):
        vm = self.fake_vm("echo round 1 >&2", "echo round 2 >&2")
        done = self.soak("0.0003", "--vm", vm, "--benchmark", "Queens", "--benchmark", "WordCount")
        self.assert_status(done, 0)
        for suite in ("awfy", "survey"):
            self.assertRegex(done.stdout, suite + r": 2 rounds in 0 s, heap 64MB: .* flat, all results right\n")
        self.assertIn("passed", done.stdout)
        self.assertEqual(ElementTree.parse(self.scratch / "soak.svg").getroot().tag, "{http://www.w3.org/2000/svg}svg")

    def test_a_program_that_ends_with_an_error(self):
        done = self.soak("0.0003", "--vm", self.fake_vm("echo Out of memory >&2", "exit 1"), "--benchmark", "Storage")
        self.assert_status(done, 1)
        self.assertIn("status 1: Out of memory", done.stdout)
        self.assertIn("FAILED", done.stdout)

    def test_a_crash(self):
        done = self.soak("0.0003", "--vm", self.fake_vm("echo round 1 >&2", "kill -SEGV $$"), "--benchmark", "Storage")
        self.assert_status(done, 1)
        self.assertIn("status -11: no message", done.stdout)

    def test_wrong_results(self):
        vm = self.fake_vm("echo round 1 >&2", "echo wrong Queens >&2", "exit 1")
        done = self.soak("0.0003", "--vm", vm, "--benchmark", "Queens")
        self.assert_status(done, 1)
        self.assertIn("awfy: 1 rounds", done.stdout)
        self.assertIn("status 1: wrong Queens", done.stdout)

    def test_mistakes_of_the_command_line(self):
        self.assert_status(self.soak("0"), 2)
        self.assert_status(self.soak("1", "--benchmark", "Quens"), 2)
        self.assert_status(self.script("soak", "1", "--picture", "x.txt", "--vm", "true"), 2)


if __name__ == "__main__":
    unittest.main()
