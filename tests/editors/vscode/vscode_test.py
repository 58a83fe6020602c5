#!/usr/bin/python3
"""The extension in VS Code, in headless Chromium: its package is installed, and used as a person would.

Usage: vscode_test.py --vm PATH [--screenshots DIRECTORY] [unittest arguments]
       vscode_test.py --install     installs VS Code into build/editors/code-server, 500 MB, from npm
Status 77 (skipped) where VS Code, npm or Chromium is missing; scripts/bootstrap browser editors installs the other two.
"""

import argparse
import os
import pathlib
import shutil
import sys
import tempfile
import unittest

import code_server
from code_server import ROOT, CodeServer

SKIPPED = 77
settings = argparse.Namespace()

BROKEN = """Broken = (
  | count |
  run = (
    | total |
    total = 3.
    total println
  )
  other = ( ^ (3 + ) )
)
"""
SUMS = """Sums = (
  "The sum of the squares up to a number."
  squaresTo: limit = (
    | sum |
    sum := 0.
    1 to: limit do: [:each |
      sum := sum + (each * each) ].
    ^ sum
  )
  run: arguments = (
    (self squaresTo: 3) println.
    'done' println
  )
)
"""
MESSY = """Messy = (
  foo: x = (
^ x+1
  )
    bar = ( )
)
"""
FORMATTED = """Messy = (
  foo: x = (
    ^ x + 1
  )
  bar = ( )
)
"""


def make_workspace(directory):
    folder = pathlib.Path(directory)
    shutil.copytree(ROOT / "core-lib/Examples/Shapes", folder, dirs_exist_ok=True)
    (folder / "Broken.som").write_text(BROKEN, encoding="utf-8")
    (folder / "Sums.som").write_text(SUMS, encoding="utf-8")
    (folder / "Fails.som").write_text("Fails = (\n  run = ( nil foo )\n)\n", encoding="utf-8")
    (folder / "Messy.som").write_text(MESSY, encoding="utf-8")
    return folder


class VSCodeTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.folder = make_workspace(f"{cls.directory.name}/workspace")
        cls.server = CodeServer(f"{cls.directory.name}/data", pathlib.Path(settings.vm).resolve())
        cls.bench = Workbench()
        cls.bench.open(cls.server.address(cls.folder, cls.folder / "Sums.som"), "Sums.som")

    @classmethod
    def tearDownClass(cls):
        cls.bench.quit()
        cls.server.stop()
        cls.directory.cleanup()

    def tearDown(self):
        if settings.screenshots:
            self.bench.picture(pathlib.Path(settings.screenshots) / f"{self._testMethodName}.png")
        self.bench.wait(lambda: not self.bench.notifications(), "no notifications")
        self.bench.clean_up()

    def open(self, name, line=1, column=1):
        self.bench.open_file(name)
        self.bench.go_to(line, column)

    def test_colours(self):
        self.open("Sums.som")
        def colours():
            return [self.bench.colour_of(*token) for token in (
                ('"The sum of the squares up to a number."', 2), ("limit", 6), ("println", 11), ("'done'", 12), ("3", 11))]
        found = self.bench.wait(lambda: len(set(colours()) - {None}) == 5 and colours(), "five colours")
        self.assertEqual(len(set(found)), 5)

    def test_problems_appear_and_go(self):
        self.open("Broken.som", 8)
        self.bench.press(Keys.CONTROL, Keys.SHIFT, "m")
        self.bench.wait_for(".markers-panel .monaco-list-row", "[Ln 8, Col 20]")
        self.open("Broken.som", 8, 20)
        self.bench.type("4")
        self.bench.wait_for(".markers-panel .monaco-list-row", "[Ln 5")
        self.assertFalse([row for row in self.bench.texts(".markers-panel .monaco-list-row") if "[Ln 8" in row])

    def test_hover(self):
        self.open("Sums.som", 11, 12)
        self.bench.command("Show or Focus Hover")
        text = self.bench.wait_for(".monaco-hover", "squaresTo:")
        self.assertIn("The sum of the squares up to a number.", text)

    def test_completion(self):
        self.open("Sums.som", 12, 11)
        self.bench.type(" rever")
        self.bench.press(Keys.CONTROL, " ")
        self.bench.wait_for(".suggest-widget .monaco-list-row.focused", "reversed")
        self.bench.press(Keys.ENTER)
        self.bench.wait_for(".view-line", "'done' reversed println")

    def test_definition(self):
        self.open("Shapes.som", 7, 54)
        self.bench.press(Keys.F12)
        self.bench.wait(lambda: self.bench.title() == "Rectangle.som", "Rectangle.som")
        self.bench.wait(lambda: self.bench.cursor() == "15:5", "the method width:height: of the class")

    def test_formatting(self):
        self.open("Messy.som")
        self.bench.command("Format Document")
        self.bench.wait_for(".view-line", "^ x + 1")
        self.bench.press(Keys.CONTROL, "s")
        self.bench.wait(lambda: (self.folder / "Messy.som").read_text(encoding="utf-8") == FORMATTED, "the formatted file")

    def test_rename(self):
        self.open("Rectangle.som", 3, 7)
        self.bench.press(Keys.F2)
        self.bench.wait(lambda: self.bench.has_focus(".rename-box"), "the box for the new name")
        self.bench.press(Keys.CONTROL, "a")
        self.bench.type("wide")
        self.bench.press(Keys.ENTER)
        self.bench.wait_for(".view-line", "area = ( ^ wide * height )")

    def test_outline(self):
        self.open("Shape.som")
        self.bench.press(Keys.CONTROL, Keys.SHIFT, "o")
        self.bench.wait_for(".quick-input-list .monaco-list-row", "circumference")
        self.bench.press(Keys.ESCAPE)

    def test_run(self):
        self.open("Sums.som")
        self.bench.command("SOM: Run this program")
        self.bench.wait_for(".xterm-rows", "14")

    def test_output_of_a_program_that_fails_stays(self):
        self.open("Fails.som")
        self.bench.command("SOM: Run this program")
        self.bench.wait_for(".xterm-rows", "Fails.som', line 2, column 11")

    def test_setting_of_the_program(self):
        settings_file = self.folder / ".vscode/settings.json"
        settings_file.parent.mkdir()
        self.open("Broken.som")
        self.bench.press(Keys.CONTROL, Keys.SHIFT, "m")
        self.bench.wait_for(".markers-panel .monaco-list-row", "[Ln 8, Col 20]")
        settings_file.write_text('{"som.path": "/none/som"}', encoding="utf-8")
        self.bench.wait(lambda: any('"/none/som" cannot be started' in text for text in self.bench.notifications()), "a message")
        self.bench.wait(lambda: not self.bench.texts(".markers-panel .monaco-list-row"), "the end of the old server")
        self.bench.command("Notifications: Clear All Notifications")
        settings_file.write_text("{}", encoding="utf-8")
        self.bench.wait_for(".markers-panel .monaco-list-row", "[Ln 8, Col 20]")

    def test_bytecodes(self):
        self.open("Sums.som")
        self.bench.command("SOM: Show the bytecodes of this class")
        self.bench.wait(lambda: self.bench.title() == "Sums.som.bytecodes", "the listing")
        self.bench.wait_for(".view-line", "squaresTo:")

    def test_explain(self):
        self.open("Sums.som")
        self.bench.command("SOM: Explain this program")
        self.bench.in_web_view("How Sums.som runs")

    def test_debugger(self):
        self.open("Sums.som", 7)
        self.bench.press(Keys.F9)
        self.bench.command("SOM: Debug this program")
        self.bench.wait_for(".debug-call-stack .monaco-list-row", "squaresTo:")
        self.variable("sum", "0")
        self.bench.press(Keys.F5)
        self.variable("sum", "1")
        self.bench.press(Keys.F10)
        self.variable("sum", "5")
        self.bench.press(Keys.F9)
        self.bench.press(Keys.F5)
        self.bench.wait_for(".repl .monaco-list-row", "14")
        self.bench.wait(lambda: not self.bench.texts(".debug-toolbar"), "the end of the program")

    def test_debugger_stops_at_an_error_and_evaluates(self):
        self.open("Fails.som")
        self.bench.command("SOM: Debug this program")
        self.bench.wait_for(".exception-widget", "Method foo not found in class Nil")
        self.bench.command("Debug Console: Focus on Debug Console View")
        self.bench.type("6 * 7")
        self.bench.press(Keys.ENTER)
        self.bench.wait_for(".repl .monaco-list-row", "42")
        self.bench.press(Keys.SHIFT, Keys.F5)
        self.bench.wait(lambda: not self.bench.texts(".debug-toolbar"), "the end of the program")

    def variable(self, name, value):
        self.bench.wait_for(".debug-variables .monaco-list-row", f"{name} ={value}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", default=os.environ.get("SOM"))
    parser.add_argument("--install", action="store_true")
    parser.add_argument("--screenshots")
    settings, remaining = parser.parse_known_args()
    if settings.install:
        code_server.install()
        sys.exit(0)
    if why := code_server.missing():
        print(why)
        sys.exit(SKIPPED)
    from workbench import CHROMIUM, DRIVER, Keys, Workbench
    if not CHROMIUM or not DRIVER:
        print("no Chromium: scripts/bootstrap browser installs it")
        sys.exit(SKIPPED)
    unittest.main(argv=[sys.argv[0], *remaining])
