"""Tests of scripts/programs: what is generated is the same for the same seed, and faults are made small."""

import sys
import unittest

from support import ROOT

sys.path.insert(0, str(ROOT / "scripts"))

from programs.generator import Generator  # noqa: E402
from programs.shrink import parenthesised, shrink  # noqa: E402


class GeneratedPrograms(unittest.TestCase):
    def test_the_same_seed_gives_the_same_program(self):
        self.assertEqual(Generator(7, 4, 60).files(), Generator(7, 4, 60).files())
        self.assertNotEqual(Generator(7, 4, 60).files()["Shape"], Generator(8, 4, 60).files()["Shape"])

    def test_what_engines_guess_about_is_there(self):
        texts = "".join("".join(Generator(seed, 4, 60).files().values()) for seed in range(60))
        for wanted in (" restart", "super ", "perform: #", "withArguments:", "unheardOf:", "whileTrue:", "whileFalse:", "downTo:", "by: 2", "^ ",
                       "shapes do:", "4611686018427387904", "(self power: 256)", "(0.0 // 0.0)", "self short:", "keep: [", "ifTrue: 5 ifFalse: 6",
                       "2305843009213693954 do:", "keysAndValuesDo:", "<< 61", "self meet", "(self seen: ", "(self passed: ", "(self told: ", "(self added: "):
            self.assertIn(wanted, texts)


class Shrinking(unittest.TestCase):
    def test_keeps_what_shows_the_fault(self):
        files = Generator(3, 4, 60).files()
        main = "Generated3"

        def shows(texts):
            return "counter := 0." in texts[main] and "deep = (" in texts["Shape"]

        small = shrink(files, shows)
        self.assertTrue(shows(small))
        self.assertLess(sum(len(text.split("\n")) for text in small.values()), 10)

    def test_puts_constants_for_what_stands_in_parentheses(self):
        small = shrink({"A": "x := (f (g h)) + (fault here)."}, lambda texts: "(fault here)" in texts["A"])
        self.assertEqual(small, {"A": "x := 1 + (fault here)."})

    def test_parentheses_are_found_from_the_outside_in(self):
        self.assertEqual(parenthesised("a (b (c) d)"), [(2, 11), (5, 8)])


if __name__ == "__main__":
    unittest.main()
