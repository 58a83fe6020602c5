"""The scripts that search for mistakes: scripts/fuzz knows the targets there are, scripts/check-arithmetic sees a VM that
is wrong."""

import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


class Fuzz(unittest.TestCase):
    def run_script(self, *arguments):
        return subprocess.run([ROOT / "scripts/fuzz", *arguments], text=True, capture_output=True, check=False, timeout=60)

    def test_wrong_use(self):
        for arguments in ([], ["soon"], ["-1"], ["1", "nothing"], ["1", "code", "cod"]):
            with self.subTest(arguments):
                done = self.run_script(*arguments)
                self.assertEqual(done.returncode, 2)
                self.assertTrue(done.stderr.startswith("Usage: scripts/fuzz"), done.stderr)

    def test_targets(self):
        table = (ROOT / "tests/fuzz/targets.h").read_text(encoding="utf-8")
        targets = re.findall(r'\{"(\w+)", Fuzz', table)
        script = (ROOT / "scripts/fuzz").read_text(encoding="utf-8")
        self.assertEqual(re.search(r"^all=\((.*)\)$", script, re.MULTILINE)[1].split(), targets)
        for target in targets:
            self.assertTrue(any((ROOT / "tests/fuzz/seeds" / target).iterdir()), target)


class CheckArithmetic(unittest.TestCase):
    def run_script(self, fake_vm):
        with tempfile.TemporaryDirectory() as folder:
            vm = pathlib.Path(folder) / "som"
            vm.write_text(f"#!{sys.executable}\n{fake_vm}\n", encoding="utf-8")
            vm.chmod(0o755)
            return subprocess.run([ROOT / "scripts/check-arithmetic", "50", "--vm", vm], text=True, capture_output=True,
                                  check=False, timeout=60)

    def test_vm_that_says_nothing(self):
        done = self.run_script("")
        self.assertEqual(done.returncode, 1)
        self.assertIn(" is ", done.stdout)

    def test_vm_that_fails(self):
        done = self.run_script("import sys; sys.exit(1)")
        self.assertEqual(done.returncode, 1)
        self.assertRegex(done.stdout, r"\d+ evaluations under 4 combinations, [1-9]\d* differences\n$")


if __name__ == "__main__":
    unittest.main()
