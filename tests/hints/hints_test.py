#!/usr/bin/env python3
"""Hints below errors: when they are shown, in which colours, and that they do not depend on how code is executed."""

import argparse
import importlib.machinery
import importlib.util
import os
import pathlib
import pty
import re
import subprocess
import tempfile
import unittest

OPTIONS = argparse.Namespace()
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
HINT = "hint: Did you mean #println or #print?\n"
MISSPELT = "'x' prinltn"
FOREIGN = re.compile(r'^SOM_FOREIGN_SELECTOR\("([^"]+)", "([^"]+)"\)$', re.MULTILINE)
SWITCHES = [["--jit", "off"], ["--jit-threshold", "0"], ["--dispatch", "switch"], ["--inline-control", "off"],
            ["--inline-cache", "none"], ["--gc-stress"]]


def load_script(name):
    loader = importlib.machinery.SourceFileLoader(name.replace("-", "_"), str(ROOT / "scripts" / name))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    loader.exec_module(module)
    return module


def run(*arguments):
    return subprocess.run([OPTIONS.vm, "-cp", OPTIONS.core_lib, *arguments], text=True, capture_output=True, timeout=60,
                          check=False)


def errors_on_terminal(*arguments, **environment):
    """What is on standard error when that is a terminal; standard output is not."""
    master, slave = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "TERM")}
    with subprocess.Popen([OPTIONS.vm, "-cp", OPTIONS.core_lib, *arguments], stdout=subprocess.DEVNULL, stderr=slave,
                          env={**variables, **environment}) as process:
        os.close(slave)
        text = b""
        while True:
            try:
                data = os.read(master, 1 << 16)
            except OSError:
                break
            if not data:
                break
            text += data
        process.wait(timeout=60)
    os.close(master)
    return text.decode().replace("\r\n", "\n")


class Hints(unittest.TestCase):
    def test_only_where_asked_for(self):
        self.assertNotIn("hint", run("-e", MISSPELT).stderr)
        self.assertNotIn("hint", run("--hints", "auto", "-e", MISSPELT).stderr)
        self.assertNotIn("hint", run("--hints", "off", "-e", MISSPELT).stderr)
        with_hints = run("--hints", "on", "-e", MISSPELT)
        self.assertTrue(with_hints.stderr.endswith(HINT), with_hints.stderr)
        # Everything else is as without them, but for the library's activations.
        self.assertTrue(run("--hints", "on", "--full-trace", "-e", MISSPELT).stderr.startswith(run("-e", MISSPELT).stderr))
        self.assertEqual(with_hints.stdout, run("-e", MISSPELT).stdout)
        self.assertEqual(with_hints.returncode, 1)

    def test_traces_show_the_program(self):
        with tempfile.TemporaryDirectory() as name:
            program = pathlib.Path(name) / "Main.som"
            program.write_text("Main = (\n  run = ( #(1) do: [:each | self show: each ] )\n  show: x = ( x shwo )\n)\n")

            def titles(*arguments):
                return re.findall(r": in (.*)|(\.\.\. .* \.\.\.)", run(*arguments, str(program)).stderr)

            shown = [("Main>>run", ""), ("Array>>do:", ""), ("block in Main>>run", ""), ("Main>>show:", "")]
            everything = [("System>>initialize:", ""), *shown, ("Object>>doesNotUnderstand:arguments:", "")]
            note = ("", "... 2 activations of the library, shown with --full-trace ...")
            self.assertEqual(titles("--hints", "on"), [note, *shown])
            self.assertEqual(titles("--hints", "on", "--full-trace"), everything)
            self.assertEqual(titles(), everything)
            self.assertEqual(titles("--full-trace"), everything)
            # What the program itself asks for is complete, and an error within the library names its place.
            program.write_text("Main = ( run = ( system printStackTrace. system errorPrintStackTrace. #(1) first: 2 ) )")
            done = run("--hints", "on", str(program))
            self.assertIn("System>>initialize:", done.stdout)
            self.assertEqual(done.stderr.count("System>>initialize:"), 1)
            self.assertIn("... 2 activations", done.stderr)

    def test_folding_of_each_way_to_an_error(self):
        for statements, count in (("Vectro new", 2), ("#(1) at: 5", 0), ("nil error: 'x'", 0), ("nil subclassResponsibility", 1)):
            with self.subTest(statements):
                trace = run("--hints", "on", "-e", statements).stderr
                self.assertIn(f"... {count} activation" if count else "Expression>>run:", trace)
                self.assertEqual(trace.count(": in "), 1, trace)

    def test_the_place_is_in_the_program(self):
        for statements, place, hint in (
                ("(Vector new: 5) at: 9", "^~~~~~~~~~~~~~~~~~~~~", "Indexes count from 1 to the size."),
                ("'hello' charAt: 0", "^~~~~~~~~~~~~~~~~", "Positions in a String count from 1 to its length."),
                ("'hello' substringFrom: 0 to: 2", "^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", "Positions in a String count from 1 to its length."),
                ("1 to: 3 do: [i | i println ]", "^~~~~~~~~~~~~~~~~~~~~~~~~~~~", "The block takes 0 arguments: it is evaluated by value."),
                ("16r1F", "^~~~~", "SOM has no numbers of other bases: write 31."),
                ("2r12", "^~~~", "SOM has no numbers of other bases: write 2r12 in decimal digits."),
                ("1e3", "^~~", "SOM has no exponents: write 1000."),
                ("1e400", "^~~~~", "SOM has no exponents: write all digits of 1e400."),
                ("Transcript show: 3", "^~~~~~~~~~", "SOM has no Transcript: send #print or #println to what is to be shown."),
                ('"open', "^", "A comment goes on over the ends of lines to the next double quote.")):
            with self.subTest(statements):
                lines = run("--hints", "on", "-e", statements).stderr.splitlines()
                at = lines.index("File 'expression', line 1, column 1:")
                self.assertEqual((lines[at + 1], lines[at + 2]), ("  " + statements, "  " + place))
                self.assertEqual(lines[-1], "hint: " + hint)

    def test_foreign_globals_are_none_of_the_library(self):
        rows = re.findall(r'^SOM_FOREIGN_GLOBAL\("([^"]+)", "([^"]+)"\)$', (ROOT / "compiler/foreign_globals.def").read_text(),
                          re.MULTILINE)
        self.assertGreater(len(rows), 15)
        for name, hint in rows:
            with self.subTest(name):
                self.assertTrue(run("--hints", "on", "-e", f"{name} foo").stderr.endswith(f"hint: {hint}\n"))

    def test_wrong_choice(self):
        done = run("--hints", "maybe", "-e", "1")
        self.assertEqual(done.returncode, 1)
        self.assertIn("--hints", done.stderr)

    def test_on_a_terminal(self):
        text = errors_on_terminal("-e", MISSPELT, TERM="xterm")
        self.assertIn("\x1b[31m^~~~~~~~~~~\x1b[0m\n", text)
        self.assertIn("\x1b[36mhint:\x1b[0m Did you mean #println", text)
        self.assertIn("\x1b[2m... 1 activation of the library, shown with --full-trace ...\x1b[0m\n", text)
        self.assertNotIn("hint", errors_on_terminal("--hints", "off", "-e", MISSPELT, TERM="xterm"))

    def test_without_colour(self):
        for environment in ({"TERM": "xterm", "NO_COLOR": "1"}, {"TERM": "dumb"}, {}):
            with self.subTest(environment):
                text = errors_on_terminal("-e", MISSPELT, **environment)
                self.assertTrue(text.endswith(HINT), text)
                self.assertNotIn("\x1b", text)
        self.assertIn("\x1b[31m", errors_on_terminal("-e", MISSPELT, TERM="xterm", NO_COLOR=""))

    def test_warnings_only_when_asked_for(self):
        self.assertEqual(run("--hints", "on", "-e", "| x | x = 3. x").stderr, "")
        warned = run("-W", "-e", "| x | x := 1. x = 3. x")
        self.assertEqual(warned.returncode, 0)
        self.assertEqual(warned.stderr, "File 'expression', line 1, column 15:\n  | x | x := 1. x = 3. x\n                ^\n"
                                        "Warning: this comparison has no effect\n")
        for meant in ("| x | x := 1. ^ x = 3", "| x | x := 1. (x = 3) println", "| x | x := 1. [ x = 3 ] value", "3 + 4"):
            with self.subTest(meant):
                self.assertEqual(run("-W", "-e", meant).stderr, "")

    def test_warnings_in_order_with_hints(self):
        warned = run("-W", "--hints", "on", "-e", "| a b | a := 1. 'x' prinltn. b = 2. 4")
        self.assertEqual([line for line in warned.stderr.splitlines() if line.startswith(("Warning", "hint"))][:6], [
            "Warning: 'a' is assigned, and its value is never used",
            "Warning: 'b' is never assigned: it is always nil",
            "Warning: no class has a method #prinltn",
            "hint: Did you mean #println?",
            "Warning: this comparison has no effect",
            "hint: An assignment is written b := ..."])

    def test_selectors_of_the_class_path_are_known(self):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            (folder / "Main.som").write_text("Main = ( run = ( false ifTrue: [ Other new greet. Other new grete ] ) )")
            (folder / "Other.som").write_text("Other = ( greet = ( 'hello' println ) )")
            (folder / "Broken.som").write_text("Broken = ( fine = ( 1 println ) bad = ( ( )")
            warned = run("-W", "--hints", "on", str(folder / "Main.som"))
            self.assertEqual(re.findall("Warning: .*|hint: .*", warned.stderr),
                             ["Warning: no class has a method #grete", "hint: Did you mean #greet?"])
            self.assertEqual(run("--sandbox", "-W", "--hints", "on", str(folder / "Main.som")).stderr, warned.stderr)

    def test_no_warnings_of_what_comes_along(self):
        for file in [*ROOT.glob("core-lib/*.som"), *ROOT.glob("core-lib/More/*.som"), *ROOT.glob("core-lib/Examples/**/*.som"),
                     *ROOT.glob("docs/cookbook/*.som")]:
            with self.subTest(file.name):
                self.assertEqual(run("-W", "-d", str(file)).stderr, "")

    def test_the_same_however_executed(self):
        page = load_script("generate-mistakes-page")
        mistakes = list(page.read_mistakes(page.SOURCE.read_text(encoding="utf-8")))
        self.assertEqual(len(mistakes), 40)
        for title, program in mistakes:
            expected = page.answer_of(OPTIONS.vm, program)
            self.assertIn("hint: ", expected, title)
            for switches in SWITCHES:
                with self.subTest(title, switches=switches):
                    self.assertEqual(page.answer_of(OPTIONS.vm, program, switches), expected)

    def hint_of(self, statements):
        done = run("--hints", "on", "-e", statements)
        self.assertEqual(done.returncode, 1, done)
        return [line for line in done.stderr.splitlines() if line.startswith("hint: ")]

    def test_nothing_where_nothing_is_certain(self):
        self.assertEqual(self.hint_of("nil foo"), [])
        self.assertEqual(self.hint_of("3 somethingQuiteDifferent"), [])
        self.assertEqual(self.hint_of("self error: 'x'"), [])
        self.assertEqual(self.hint_of("SomethingQuiteDifferent new"), [])

    def test_nil_as_an_argument(self):
        hint = "hint: "
        for statements, expected in (("| a | 3 + a", ["hint: 'a' is nil."]),
                                     ("3 * (Dictionary new at: #x)", ["hint: The answer of #at: is nil."]),
                                     ("#(1) do: [:each | | b | 'x' < b ]", ["hint: 'b' is nil."]),
                                     ("3 - nil", []), ("3 + 'x'", []), ("| a | a := 4. 3 / (a - 4)", [])):
            for switches in SWITCHES:
                with self.subTest(statements, switches=switches):
                    done = run("--hints", "on", *switches, "-e", statements)
                    self.assertEqual([line for line in done.stderr.splitlines() if line.startswith(hint)], expected)

    def test_every_name_from_elsewhere(self):
        receivers = ("'abc'", "#(1 2)", "Vector new", "Dictionary new", "7", "2.5")
        rows = FOREIGN.findall((ROOT / "compiler/foreign_selectors.def").read_text(encoding="utf-8"))
        self.assertGreater(len(rows), 40)
        for elsewhere, here in rows:
            elsewhere = elsewhere.replace("\\\\", "\\")
            message = elsewhere.replace(":", ": nil ") + (" 1" if not elsewhere[0].isalpha() else "")
            with self.subTest(elsewhere=elsewhere, here=here):
                said = "".join(run("--hints", "on", "-e", f"{receiver} {message}").stderr for receiver in receivers)
                self.assertIn(f"hint: In SOM this is #{here}.\n", said)

    def test_a_message_handled_before_does_not_matter(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "Main.som"
            path.write_text("Main = (\n  doesNotUnderstand: s arguments: a = ( ^ 3 )\n"
                            "  run = ( self prinltn. self error: 'x' )\n)\n", encoding="utf-8")
            done = run("--hints", "on", str(path))
        self.assertNotIn("hint", done.stderr)
        self.assertIn("  run = ( self prinltn. self error: 'x' )\n                        ^~~~~~~~~~~~~~~\n", done.stderr)

    def test_spans(self):
        several_lines = run("--hints", "on", "-e", "(3 +\n  4) foo: 1\n  bar: 2")
        self.assertIn("  (3 +\n  ^~~~\n", several_lines.stderr)
        indented = run("--hints", "on", "-e", "\t'é' foo")
        self.assertIn("  'é' foo\n  ^~~~~~~\n", indented.stderr)
        long_line = run("--hints", "on", "-e", "1 foo. " + "3 value. " * 200)
        self.assertIn("\n  ^~~~~\n", long_line.stderr)

    def test_errors_deep_in_the_stack(self):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory) / "Main.som"
            path.write_text("Main = (\n  down: n = ( n = 0 ifTrue: [ ^ 3 prinltn ]. ^ self down: n - 1 )\n"
                            "  run = ( self down: 20000 )\n)\n", encoding="utf-8")
            for switches in ([], ["--jit-threshold", "0"]):
                done = run("--hints", "on", *switches, str(path))
                self.assertTrue(done.stderr.endswith("hint: Did you mean #println or #print?\n"), done.stderr[-300:])

    def test_in_the_shell(self):
        done = subprocess.run([OPTIONS.vm, "--hints", "on", "-cp", OPTIONS.core_lib], input="x := 3.\nx prinltn\n'a' .. \n",
                              text=True, capture_output=True, timeout=60, check=False)
        self.assertIn(HINT, done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=[__file__])
