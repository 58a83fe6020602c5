"""The rules of tests/mutations can be broken: the text to replace stands in the file, once, and each rule has a name of its own."""

import json
import pathlib
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
RULES = json.loads((ROOT / "tests/mutations/rules.json").read_text(encoding="utf-8"))["rules"]


class MutationRules(unittest.TestCase):
    def test_the_text_to_break_stands_in_the_file_once(self):
        for rule in RULES:
            with self.subTest(rule["rule"]):
                text = (ROOT / rule["file"]).read_text(encoding="utf-8")
                self.assertEqual(text.count(rule["from"]), 1)
                self.assertNotEqual(rule["from"], rule["to"])

    def test_names_are_unique(self):
        names = [rule["rule"] for rule in RULES]
        self.assertEqual(sorted(names), sorted(set(names)))


if __name__ == "__main__":
    unittest.main()
