"""scripts/count-instructions with a small program as VM: repeatable, compared, failures named."""

import json
import subprocess
import tempfile
import unittest
from pathlib import Path
from shutil import which

import support

FAKE_SOURCE = support.FAKE_VM.parent / "som_count.cc"
LIBRARY_SOURCE = support.ROOT / "tests" / "lab" / "fixed_random.cc"


@unittest.skipUnless(which("valgrind"), "needs valgrind")
class CountInstructionsTest(support.ScriptTest):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory(prefix="som-script-test-")
        cls.addClassCleanup(folder.cleanup)
        cls.built = Path(folder.name)
        for product, source, options in (("libfixed_random.so", LIBRARY_SOURCE, ["-shared", "-fPIC"]),
                                         ("som", FAKE_SOURCE, [])):
            subprocess.run(["c++", *options, "-o", str(cls.built / product), str(source)], check=True)

    def count(self, *arguments):
        return self.script("count-instructions", *arguments, "--vm", f"som={self.built / 'som'}",
                           "--engines", self.built)

    def counts(self, name, *inputs):
        path = self.scratch / name
        self.assert_status(self.count(*inputs, "--save", path), 0)
        return path, json.loads(path.read_text())["instructions"]

    def test_counts_repeat_to_the_digit(self):
        _, first = self.counts("first.json", "Sends", "Queens")
        _, second = self.counts("second.json", "Sends", "Queens")
        self.assertEqual(first, second)
        self.assertEqual(list(first), ["pairs/Sends", "awfy/Queens"])
        # 18 rounds against 4.
        self.assertGreater(first["pairs/Sends"], first["awfy/Queens"])

    def test_comparison_shows_the_change_and_the_tolerance_decides(self):
        path, counts = self.counts("before.json", "Sends")
        document = json.loads(path.read_text())
        document["instructions"]["pairs/Sends"] = counts["pairs/Sends"] / 1.1
        path.write_text(json.dumps(document))
        done = self.count("Sends", "--compare", path)
        self.assert_status(done, 0)
        self.assertIn("+10.000 %", done.stdout)
        done = self.count("Sends", "--compare", path, "--tolerance", "1")
        self.assert_status(done, 1)
        self.assertIn("GREW pairs/Sends", done.stdout)

    def test_failing_input_is_named(self):
        done = self.count("Sieve", "Sends")
        self.assert_status(done, 1)
        self.assertIn("FAILED awfy/Sieve: exit status 1: ERROR: Benchmark failed", done.stdout)
        self.assertIn("1 of 2 inputs counted", done.stdout)

    def test_unknown_input_is_refused(self):
        done = self.count("Nothing")
        self.assert_status(done, 2)
        self.assertIn("no input named 'Nothing'", done.stderr)


if __name__ == "__main__":
    unittest.main()
