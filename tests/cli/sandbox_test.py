#!/usr/bin/env python3
"""--sandbox: what a program that is not trusted cannot do, by whatever way it tries."""

import argparse
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

OPTIONS = argparse.Namespace()
ROOT = pathlib.Path(__file__).resolve().parents[2]
TIERS = (["--jit", "off"], ["--jit-threshold", "0"])
SECRET = "Secret = ( run = ( 'told' println ) )\n"
ROW = re.compile(r'^SOM_PRIMITIVE\((\w+), (\w+), "([^"]+)",\s*(\w+),\s*(\w+),\s*(\w+)\)$', re.MULTILINE)
OUTSIDE = re.compile(r"^SOM_OUTSIDE\((\w+), (true|false),", re.MULTILINE)


def rows_outside():
    """(class, side, selector, whether permitted) of each primitive that touches the outside."""
    permitted = dict(OUTSIDE.findall((ROOT / "vm/code/outside.def").read_text(encoding="utf-8")))
    for class_name, side, selector, _, _, outside in ROW.findall(
            (ROOT / "primitives/primitives.def").read_text(encoding="utf-8")):
        if outside != "Nothing":
            yield class_name, side, selector, permitted[outside] == "true"


class Sandbox(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)
        self.classes = self.folder / "classes"
        self.classes.mkdir()
        (self.folder / "Secret.som").write_text(SECRET, encoding="utf-8")

    def run_vm(self, *arguments, **settings):
        path = f"{self.classes}:{(ROOT / OPTIONS.core_lib).resolve()}"
        return subprocess.run([OPTIONS.vm, "--sandbox", "-cp", path, *arguments], text=True, capture_output=True,
                              timeout=120, check=False, **settings)

    def evaluate(self, expression, *options):
        return self.run_vm(*options, "-e", expression)

    def check_refused(self, done, message):
        self.assertEqual((done.returncode, done.stdout), (1, ""), done.stderr)
        self.assertTrue(done.stderr.startswith("Traceback (most recent call at bottom):\n"), done.stderr)
        self.assertIn(message, done.stderr.splitlines()[-1])

    def test_every_row_that_touches_the_outside(self):
        receivers = {"System": "system", "Object": "Object new", "Integer": "7", "File": "File"}
        arguments = {"load:": "#Secret", "exit:": "0"}
        rows = list(rows_outside())
        self.assertIn(("System", "kInstance", "loadFile:", False), rows)
        self.assertIn(("File", "kClass", "write:to:", False), rows)
        for class_name, side, selector, permitted in rows:
            argument = arguments.get(selector, f"'{self.folder}/Secret.som'") if ":" in selector else ""
            receiver = receivers[class_name]
            holder = f"{class_name} class" if side == "kClass" else class_name
            message = selector.replace(":", f": {argument} ")
            array = f"(Array new: {selector.count(':')} withAll: {argument or 'nil'})"
            for way in (f"{receiver} {message}",
                        f"{receiver} perform: #{selector} withArguments: {array}",
                        f"| m | {holder} methods do: [:each | each signature = #{selector} ifTrue: [ m := each ] ]. "
                        f"m invokeOn: {receiver} with: {array}",
                        f"[:r | r {message} ] value: {receiver}"):
                for tier in TIERS:
                    with self.subTest(way=way, tier=tier):
                        done = self.evaluate(way, *tier)
                        self.assertNotIn("told", done.stdout)
                        if permitted:
                            self.assertEqual(done.returncode, 0, done.stderr)
                        else:
                            self.check_refused(done, f"The sandbox does not allow {holder}>>{selector}, which ")

    def test_a_library_of_the_program_has_no_more_rights(self):
        system = (ROOT / OPTIONS.core_lib / "System.som").read_text(encoding="utf-8")
        (self.classes / "System.som").write_text(
            system.replace("    loadFile: name = primitive", "    loadFile: name = primitive\n    system: x = primitive"),
            encoding="utf-8")
        self.check_refused(self.evaluate("system loadFile: '/etc/passwd'"), "The sandbox does not allow System>>loadFile:")
        self.check_refused(self.evaluate("system system: 'ls'"), "Undefined primitive 'system:'")

    def test_links_that_lead_out(self):
        (self.classes / "Secret.som").symlink_to(self.folder / "Secret.som")
        (self.classes / "Passwords.som").symlink_to("/etc/passwd")
        (self.classes / "sub").symlink_to(self.folder)
        for expression in ("Secret new run", "(system load: #Secret) new run", "system load: #Passwords",
                           "system resolve: #Secret"):
            with self.subTest(expression):
                self.check_refused(self.evaluate(expression), "leads out of the class path")
        (self.classes / "Child.som").write_text("Child = Secret ( )\n", encoding="utf-8")
        self.check_refused(self.evaluate("Child new run"), "leads out of the class path")
        done = self.run_vm(str(self.classes / "Secret.som"))
        self.check_refused(done, "leads out of the class path")

    def test_a_link_in_place_of_a_class_of_the_system(self):
        (self.classes / "Array.som").symlink_to("/etc/passwd")
        done = self.evaluate("3 println")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertIn("leads out of the class path", done.stderr)
        self.assertNotIn("root", done.stderr)

    def test_links_within_the_class_path(self):
        (self.classes / "Real.som").write_text("Real = ( run = ( 'ran' println ) )\n", encoding="utf-8")
        linked = self.folder / "linked"
        linked.symlink_to(self.classes)
        done = subprocess.run([OPTIONS.vm, "--sandbox", "-cp", f"{linked}:{OPTIONS.core_lib}", "Real"], text=True,
                              capture_output=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "ran\n", ""))

    def test_names_that_are_paths(self):
        for name in ("../Secret", f"{self.folder}/Secret", "./../Secret", "..", "sub/../../Secret", "", "/etc/passwd\\0",
                     "Secret\\0"):
            with self.subTest(name):
                done = self.evaluate(f"(system load: '{name}' asSymbol) println")
                self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "nil\n", ""))

    def test_the_current_directory_is_no_part_of_the_class_path(self):
        done = self.run_vm("-e", "Secret println", cwd=self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertIn("Tried loading 'Secret' as a class, but failed", done.stdout)
        # Unless the program itself is there.
        done = self.run_vm("Secret", cwd=self.folder)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "told\n", ""))

    def test_nothing_is_written(self):
        before = sorted(str(path) for path in self.folder.rglob("*"))
        done = self.run_vm("-e", "'x' println. system errorPrintln: 'y'. nil foo", cwd=self.folder)
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.run_vm("-e", "File write: 'x' to: 'Secret.som'", cwd=self.folder).returncode, 1)
        self.assertEqual((self.folder / "Secret.som").read_text(encoding="utf-8"), SECRET)
        self.assertEqual(sorted(str(path) for path in self.folder.rglob("*")), before)

    def test_output_and_status_stay_the_programs(self):
        done = self.evaluate("'out' println. system errorPrintln: 'err'. system exit: 7")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (7, "out\n", "err\n"))

    def test_memory_is_limited(self):
        for expression in ("| a b | [ true ] whileTrue: [ b := Array new: 2. b at: 1 put: a. a := b ]",
                           "| s | s := 'x'. [ true ] whileTrue: [ s := s + s ]",
                           "| i | i := 0. [ true ] whileTrue: [ i := i + 1. system global: i asString asSymbol put: i ]",
                           "| i | i := 3. [ true ] whileTrue: [ i := i * i ]",
                           "Array new: 1000000000"):
            for tier in TIERS:
                with self.subTest(expression, tier=tier):
                    done = self.evaluate(expression, "-H16MB", *tier)
                    self.assertEqual(done.returncode, 1, done.stderr)
                    self.assertIn("Out of memory", done.stderr)

    def test_a_line_of_input_counts(self):
        with open("/dev/zero", encoding="utf-8") as endless:
            done = self.run_vm("-H16MB", "-e", "system readLine length println", stdin=endless)
        self.check_refused(done, "Out of memory")

    def test_there_is_a_limit_of_memory_without_an_option(self):
        done = self.evaluate("Array new: 100000000")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Out of memory", done.stderr)

    def test_time_and_steps_are_limited(self):
        for option in (["--timeout", "0.5"], ["--max-steps", "100000"]):
            for tier in TIERS:
                with self.subTest(option, tier=tier):
                    done = self.evaluate("[ true ] whileTrue: [ ]", *option, *tier)
                    self.assertEqual(done.returncode, 124, done.stderr)

    def test_options_among_the_arguments_are_the_programs(self):
        (self.classes / "Tries.som").write_text("Tries = ( run: all = ( system loadFile: (all at: 3) ) )\n",
                                                encoding="utf-8")
        self.check_refused(self.run_vm("Tries", "--no-sandbox", "/etc/passwd"), "The sandbox does not allow")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS = parser.parse_args()
    OPTIONS.vm = os.path.abspath(OPTIONS.vm)
    unittest.main(argv=[sys.argv[0]])
