"""scripts/compare-languages: all programs give right results everywhere, the picture, wrong use."""

import unittest
import xml.etree.ElementTree
from shutil import which

import support
from measure import compare_languages, plots
from measure.experiments import programs


class ProgramsTest(unittest.TestCase):
    def test_every_program_has_a_port_in_every_language(self):
        for name in compare_languages.SIZES:
            for suffix, folder in ((".lua", "lua"), (".py", "python"), (".js", "javascript")):
                self.assertTrue((programs.FOLDER / folder / f"{name.lower()}{suffix}").exists(), (name, folder))
            self.assertTrue(programs.som_benchmark(name).source_exists(), name)


class PictureTest(support.ScriptTest):
    def picture(self, groups):
        path = self.scratch / "speed.svg"
        plots.speeds(path, groups, "times as fast", "Programs")
        return path.read_text(encoding="utf-8")

    def test_rows_and_their_means(self):
        text = self.picture({"interpreters": {"CPython": {"A": 1.0, "B": 1.0}, "som": {"A": 2.0, "B": 8.0}}, "none": {}})
        xml.etree.ElementTree.fromstring(text)
        for shown in ("interpreters", "CPython", "som", ">4<", "Programs"):
            self.assertIn(shown, text)
        self.assertNotIn("none</text>", text)

    def test_what_is_light_turns_dark(self):
        text = self.picture({"all": {"som": {"A": 2.0}}})
        self.assertEqual(text.count("prefers-color-scheme: dark"), 1)
        # The rules are about parts that are there.
        for identity in ("patch_1", "patch_2"):
            self.assertIn(f'<g id="{identity}">', text)

    def test_the_same_figures_give_the_same_file(self):
        rows = {"all": {"som": {"A": 2.0, "B": 3.0}}}
        self.assertEqual(self.picture(rows), self.picture(rows))


@unittest.skipUnless(which("lua5.4") and which("node"), "needs lua5.4 and node")
class CompareLanguagesTest(support.ScriptTest):
    def compare(self, *arguments, vm=support.FAKE_VM):
        return self.script("compare-languages", "--quick", "--quiet", "--vm", f"som={vm}", *arguments)

    def test_every_program_runs_right(self):
        picture = self.scratch / "speed.svg"
        done = self.compare("--svg", picture)
        self.assert_status(done, 0)
        self.assertRegex(done.stdout, r"8 of 8 programs ran right on python3, lua5.4,.* node,.* som\n")
        self.assertIn("som, interpreting", picture.read_text(encoding="utf-8"))

    def test_failure_is_reported(self):
        wrong = self.scratch / "wrong"
        wrong.write_text("#!/bin/sh\nexit 3\n")
        wrong.chmod(0o755)
        done = self.compare("Towers", vm=wrong)
        self.assert_status(done, 1)
        self.assertIn("FAILED Towers on som", done.stdout)
        self.assertIn("0 of 1 programs ran right", done.stdout)

    def test_wrong_use_is_refused(self):
        for arguments in (("Nothing",), ("--rounds", "0"), ("--svg", "picture.txt"), ("--vm", "other=/bin/true")):
            self.assert_status(self.compare(*arguments), 2)


if __name__ == "__main__":
    unittest.main()
