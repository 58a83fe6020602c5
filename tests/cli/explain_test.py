#!/usr/bin/env python3
"""--explain: programs print what they print without it and end as they do, and the page has what they did."""

import argparse
import json
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import unittest

OPTIONS = argparse.Namespace()
# Programs with arguments and input: what they do, and how they end.
PROGRAMS = {
    "prints": ("run = ( 'hello' println )", [], ""),
    "arguments": ("run: all = ( all do: [:each | each println ] )", ["-o", "two words", "--", "-x"], ""),
    "input": ("run = ( | line | [ (line := system readLine) isNil ] whileFalse: [ line length println ] )", [], "one\nthree\n"),
    "error": ("run = ( 'before' println. nil foo. 'behind' println )", [], ""),
    "vm error": ("run = ( self run )", [], ""),
    "status": ("run = ( 'before' println. system exit: 42 )", [], ""),
    "both streams": ("run = ( 'a' print. system errorPrintln: 'b'. 'c' println )", [], ""),
    "syntax": ("run = ( 'a )", [], ""),
    "no run": ("walk = ( 'a' println )", [], ""),
    "garbage": ("run = ( | all | 1 to: 300 do: [:i | all := Array new: 10000. all at: 1 put: all ]. all length println )", [], ""),
    "classes": ("run = ( Set new println. 'a' asSymbol println. (1 << 100) println. 3 sqrt println )", [], ""),
}
# Where the stack overflows is a matter of the tier.
SWITCHES = [["--jit", "off"], ["--jit", "on", "--jit-threshold", "2"], ["--jit", "off", "--dispatch", "switch", "--gc-stress=7"]]
# Of a stack as deep as it can be, traces are long and recordings need not be.
FEW_STEPS = ["--explain-steps", "3000"]


def data_of(page):
    """The JSON of a page."""
    text = page.read_text(encoding="utf-8")
    start = text.index('id="data">') + len('id="data">')
    return json.loads(text[start:text.index("</script>", start)])


class Explain(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)
        self.path = pathlib.Path(self.directory.name)
        self.page = self.path / "page.html"

    def som(self, *arguments, stdin=""):
        return subprocess.run([OPTIONS.vm, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=120,
                              cwd=self.path, check=False)

    def program(self, body, name="Sample"):
        path = self.path / f"{name}.som"
        path.write_text(f"{name} = (\n    {body}\n)\n", encoding="utf-8")
        return path

    def core(self):
        return ["-cp", str(pathlib.Path(OPTIONS.core_lib).resolve())]

    def explain(self, program, *options, arguments=(), stdin=""):
        return self.som("--explain", "--explain-page", self.page, *options, *self.core(), "--", program, *arguments, stdin=stdin)

    def test_programs_are_not_disturbed(self):
        for name, (body, arguments, stdin) in PROGRAMS.items():
            program = self.program(body)
            for switches in SWITCHES:
                with self.subTest(name, switches=switches):
                    plain = self.som(*switches, *self.core(), "--", program, *arguments, stdin=stdin)
                    explained = self.explain(program, *switches, *FEW_STEPS, arguments=arguments, stdin=stdin)
                    self.assertEqual(explained.stdout, plain.stdout)
                    self.assertEqual(explained.returncode, plain.returncode)
                    note = f"som: nothing was recorded: '{self.page}' is not written\n"
                    self.assertEqual(explained.stderr.removesuffix(note), plain.stderr)
                    if name not in ("syntax", "no run") and "--jit" not in switches:
                        self.assertFalse(explained.stderr.endswith(note))

    def test_page_says_how_the_program_ended(self):
        self.explain(self.program("run = ( 'before' println. nil foo )"))
        data = data_of(self.page)
        self.assertEqual((data["end"], data["status"]), ("program", 1))
        self.assertEqual("".join(text for _, error, text in data["output"] if not error).splitlines()[0], "before")
        self.explain(self.program("run = ( ^ 1 + 2 )"))
        data = data_of(self.page)
        self.assertEqual((data["end"], data["status"]), ("returned", 0))

    def test_page_stands_behind_the_program(self):
        program = self.program(PROGRAMS["arguments"][0])
        done = self.som("--explain", *self.core(), program, "-o", self.page, "a", "-o", "b")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout.splitlines()[1:], ["a", "-o", "b"])
        self.assertTrue(self.page.exists())

    def test_page_is_named_after_the_program(self):
        done = self.som("--explain", *self.core(), self.program("run = ( self foo: self )\n    foo: x = ( x bar )\n    bar = ( ^ 1 )"))
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", "som: 'Sample.explain.html' shows 7 steps\n"))
        self.assertEqual(len(data_of(self.path / "Sample.explain.html")["steps"]["activations"]), 7)

    def test_expressions_and_standard_input(self):
        done = self.som("--explain", *self.core(), "-e", "(3 + 4) println")
        self.assertEqual((done.returncode, done.stdout), (0, "7\n"))
        self.assertEqual(data_of(self.path / "expression.explain.html")["title"], "expression")
        done = self.som("--explain", *self.core(), "-", stdin="Sample = ( run = ( 'x' println ) )")
        self.assertEqual((done.returncode, done.stdout), (0, "x\n"))
        self.assertTrue(data_of(self.path / "input.explain.html")["units"])

    def test_endless_program_has_its_page_at_the_limit(self):
        program = self.program("run = ( 'begun' println. [ true ] whileTrue: [ Object new ] )")
        with subprocess.Popen([OPTIONS.vm, "--explain", "-o", self.page, "--explain-steps", "500", *self.core(), program],
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and not (self.page.exists() and self.page.read_text(encoding="utf-8").endswith("</html>\n")):
                time.sleep(0.02)
            self.assertIsNone(process.poll())
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 130)
            self.assertEqual(process.stdout.read(), "begun\n")
        data = data_of(self.page)
        self.assertEqual((data["end"], data["status"]), ("limit", None))
        self.assertEqual(len(data["steps"]["activations"]), 500)

    def test_interrupted_program_has_its_page(self):
        program = self.program("run = ( 'begun' println. system readLine. 'behind' println )")
        with subprocess.Popen([OPTIONS.vm, "--explain", "-o", self.page, *self.core(), program], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
            self.assertEqual(process.stdout.readline(), "begun\n")
            process.send_signal(signal.SIGINT)
            self.assertEqual(process.wait(60), 130)
        data = data_of(self.page)
        self.assertEqual((data["end"], data["status"]), ("program", 130))

    def test_recording_starts_where_it_is_told_to(self):
        program = self.program("run = ( self a. ^ self b )\n    a = ( ^ 1 + 2 )\n    b = ( ^ 3 + 4 )")
        for place in ("Sample>>b", "Sample.som:4", f"{program}:4"):
            with self.subTest(place):
                self.page.unlink(missing_ok=True)
                done = self.explain(program, "--explain-from", place)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                data = data_of(self.page)
                first = data["activations"][data["steps"]["activations"][0]]
                self.assertEqual(data["units"][first[0]]["title"], "Sample>>b")
        done = self.explain(program, "--explain-from", "Sample>>none")
        self.assertEqual((done.returncode, done.stderr), (0, f"som: nothing was recorded: '{self.page}' is not written\n"))

    def test_bad_options(self):
        program = self.program("run = ( ^ 1 )")
        for options, message in [
            (["--explain", "--explain-steps", "0", program], "--explain-steps"),
            (["--explain", "--explain-steps", "many", program], "--explain-steps"),
            (["--explain", "--explain-from", "here", program], "'here' is not Class>>selector or FILE:LINE"),
            (["--explain", "--explain-from", "A.som:0", program], "'A.som:0' is not Class>>selector or FILE:LINE"),
            (["--explain", "-o", "", program], "the file's name is empty"),
            (["--explain"], "--explain needs a program to run"),
            (["--explain", "-d", program], "--explain needs a program to run"),
            (["-o", "x.html", program], "--explain-page belongs to --explain"),
            (["--explain-steps", "5", program], "--explain-steps belongs to --explain"),
        ]:
            with self.subTest(options=options):
                done = self.som(*self.core(), *options)
                self.assertEqual((done.returncode, done.stdout), (1, ""))
                self.assertIn(message, done.stderr)
                self.assertIn("Try som --help.", done.stderr)
        self.assertEqual([path.name for path in self.path.iterdir()], ["Sample.som"])

    def test_missing_program(self):
        done = self.explain(self.path / "None.som")
        plain = self.som(*self.core(), self.path / "None.som")
        self.assertEqual((done.returncode, done.stdout), (plain.returncode, plain.stdout))
        self.assertTrue(done.stderr.startswith(plain.stderr))
        self.assertFalse(self.page.exists())

    def test_page_that_cannot_be_written(self):
        self.page = self.path / "missing" / "page.html"
        done = self.explain(self.program("run = ( 'x' println )"))
        self.assertEqual((done.returncode, done.stdout), (1, "x\n"))
        self.assertEqual(done.stderr, f"som: cannot write '{self.page}': No such file or directory\n")
        # What the program has said of itself stays.
        self.assertEqual(self.explain(self.program("run = ( system exit: 7 )")).returncode, 7)

    def test_goes_with_other_observers(self):
        program = self.program("run = ( 'x' println )")
        plain = self.som("--trace=Sample>>run", *self.core(), program)
        done = self.explain(program, "--trace=Sample>>run")
        self.assertEqual(done.stderr, plain.stderr)
        done = self.explain(program, "--stats=json")
        self.assertGreater(json.loads(done.stderr)["activations"], 0)
        self.assertEqual(self.explain(program, "--max-steps", "30").returncode, 124)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS, rest = parser.parse_known_args()
    OPTIONS.vm = str(pathlib.Path(OPTIONS.vm).resolve())
    # A shell starts what it runs in the background deaf to Ctrl-C, and the programs would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main(argv=[sys.argv[0], *rest])
