#!/usr/bin/env python3
"""Programs that are ended from outside: Ctrl-C, --timeout, --max-steps, in all engines and wherever they are."""

import argparse
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

OPTIONS = argparse.Namespace()

# Ways to run for ever.
ENDLESS = {
    "inlined loop": "[ true ] whileTrue: [ ]",
    "loop with work": "| n | n := 0. [ n := n + 1. true ] whileTrue: [ n := n % 1000 ]",
    "counted loop": "1 to: 1 << 60 do: [:i | i ]",
    "loops that poll seldom": "| s | 1 to: 1 << 60 do: [:i | s := 0. 1 to: 1 << 29 do: [:j | s := s + 1 ] ]",
    "closures": "| b | b := [:n | n > 0 ifTrue: [ b value: n - 1 ] ]. [ b value: 10. true ] whileTrue: [ ]",
    "sends": "[ self yourOwn ] whileTrue: [ self yourOwn ]",
    "allocation": "[ Object new. true ] whileTrue: [ Array new: 10 ]",
    "closure that is called": "| b | b := [ true ]. b whileTrue: [ 3 ]",
    "restart": "[ ] restart",
}
# The same in a library that declares the loop, in the class, a primitive.
ENDLESS_PRIMITIVES = [
    ("Block", "whileTrue: body", "| b | b := [ true ]. b whileTrue: b"),
    ("Integer", "to: limit do: block", "| b | b := [:i | i ]. 1 to: 1 << 60 do: b"),
    ("Integer", "timesRepeat: block", "(1 << 60) timesRepeat: nil"),
]
# Entering all these keys again takes far longer than the limit, in a primitive that sends nothing.
ONE_HASH = """| keys | keys := KeyIndex new. 1 to: 600000 do: [:i | keys at: i put: i ].
1 to: 600000 do: [:i | keys storedKeyAt: i put: 7 ]. keys makeRoom: 600000"""
SWITCHES = [
    ["--dispatch", "switch"],
    ["--dispatch", "goto"],
    [],
    ["--inline-control", "off"],
    ["--loops", "library"],
    ["--loops", "primitive"],
    ["--jit", "on", "--jit-threshold", "10"],
    ["--jit", "on", "--jit-threshold", "0"],
    ["--jit", "on", "--jit-threshold", "10", "--jit-passes", "all"],
]
# Seconds that a program is given to get under way. A slow machine needs the later ones; the output tells.
PATIENCE = [0.05, 0.3, 2, 10]


class Interrupts(unittest.TestCase):
    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def command(self, switches, body):
        path = pathlib.Path(self.directory.name) / "Endless.som"
        path.write_text(f"Endless = (\n  yourOwn = ( ^ true )\n  run = (\n    'begun' println.\n    self go\n  )\n"
                        f"  go = (\n    {body}\n  )\n)\n", encoding="utf-8")
        return [OPTIONS.vm, *switches, "-cp", OPTIONS.core_lib, str(path)]

    def check(self, status, output, errors, expected_status, message):
        self.assertEqual(status, expected_status, errors)
        self.assertEqual(output, "begun\n")
        self.assertTrue(errors.startswith("Traceback (most recent call at bottom):\n"), errors)
        self.assertTrue(errors.endswith(message), errors)
        self.assertIn("Endless>>go", errors)

    def check_everywhere(self, option, limits, message):
        """Runs every program in every engine, with the first of the limits under which it gets under way."""
        for name, body in ENDLESS.items():
            for switches in SWITCHES:
                with self.subTest(name, switches=switches):
                    for limit in limits:
                        done = subprocess.run(self.command([option, str(limit), *switches], body), text=True,
                                              capture_output=True, timeout=60, check=False)
                        # The first line and its end are two outputs: the limit may fall between them.
                        if "Endless>>go" in done.stderr:
                            break
                    self.check(done.returncode, done.stdout, done.stderr, 124, message)

    def test_timeout(self):
        self.check_everywhere("--timeout", PATIENCE, "Time limit reached.\n")

    def test_timeout_in_primitives(self):
        for name, pattern, body in ENDLESS_PRIMITIVES:
            with self.subTest(pattern):
                source = (pathlib.Path(OPTIONS.core_lib) / f"{name}.som").read_text(encoding="utf-8")
                source, count = re.subn(rf"    {pattern} = \(.*?\n    \)", f"    {pattern} = primitive", source,
                                        flags=re.DOTALL)
                self.assertEqual(count, 1)
                command = self.command(["--timeout", "0.3"], body)
                (pathlib.Path(self.directory.name) / f"{name}.som").write_text(source, encoding="utf-8")
                command[command.index("-cp") + 1] = f"{self.directory.name}:{OPTIONS.core_lib}"
                done = subprocess.run(command, text=True, capture_output=True, timeout=60, check=False)
                self.check(done.returncode, done.stdout, done.stderr, 124, "Time limit reached.\n")

    def test_timeout_where_many_keys_have_one_hash(self):
        for switches in (["--jit", "off"], ["--jit-threshold", "0"]):
            with self.subTest(switches=switches):
                done = subprocess.run(self.command(["--timeout", "3", *switches], ONE_HASH), text=True, capture_output=True, timeout=60,
                                      check=False)
                self.check(done.returncode, done.stdout, done.stderr, 124, "Time limit reached.\n")

    def test_steps(self):
        self.check_everywhere("--max-steps", [20000], "Limit of steps reached.\n")

    def interrupt(self, command, seconds, stdin=None, number=signal.SIGINT):
        """Starts a program and sends it a signal after some seconds; returns its status, output and errors."""
        with subprocess.Popen(command, text=True, stdin=stdin, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            time.sleep(seconds)
            process.send_signal(number)
            try:
                output, errors = process.communicate(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
            return process.returncode, output, errors

    def check_signal(self, number, expected_status, message):
        for name, body in ENDLESS.items():
            for switches in ([], ["--jit", "on", "--jit-threshold", "10"]):
                with self.subTest(name, switches=switches):
                    for seconds in PATIENCE:
                        status, output, errors = self.interrupt(self.command(switches, body), seconds, number=number)
                        if "Endless>>go" in errors:
                            break
                    self.check(status, output, errors, expected_status, message)

    def test_ctrl_c(self):
        self.check_signal(signal.SIGINT, 130, "Interrupted.\n")

    def test_termination(self):
        self.check_signal(signal.SIGTERM, 143, "Terminated.\n")

    def test_termination_of_the_shell(self):
        with subprocess.Popen([OPTIONS.vm, "-cp", OPTIONS.core_lib], text=True, stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            process.stdin.write("'begun' println. 1 to: 100000 do: [:i | 'filler' println ]. [ true ] whileTrue: [ ]\n"
                                "'not reached' println\n")
            process.stdin.flush()
            self.assertEqual(process.stdout.readline(), "begun\n")
            process.send_signal(signal.SIGTERM)
            output, errors = process.communicate(timeout=60)
        self.assertEqual(process.returncode, 143, errors)
        self.assertTrue(errors.endswith("Terminated.\n"), errors)
        self.assertNotIn("not reached", output)

    def test_signals_that_are_ignored(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with self.subTest(number), subprocess.Popen(
                    self.command([], "1 to: 100000000 do: [:i | i + 1 ]. 'done' println"), text=True,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    preexec_fn=lambda: signal.signal(number, signal.SIG_IGN)) as process:  # pylint: disable=cell-var-from-loop
                time.sleep(0.02)
                process.send_signal(number)
                output, errors = process.communicate(timeout=60)
                self.assertEqual((process.returncode, output, errors), (0, "begun\ndone\n", ""))

    def test_signals_at_any_moment(self):
        """From the first instruction to behind the last: the signal's own end, an orderly one, or none."""
        command = self.command(["--jit-threshold", "2"], "| v | v := Vector new. 1 to: 3000 do: [:i | v append: i asString. "
                               "system load: ('N' + i asString) asSymbol ]. v size println. system fullGC. 'end' println")
        for number, message in ((signal.SIGINT, "Interrupted.\n"), (signal.SIGTERM, "Terminated.\n")):
            for step in range(60):
                with self.subTest(number=number, step=step):
                    status, output, errors = self.interrupt(command, step / 2000, number=number)
                    self.assertIn(status, (0, -number, 128 + number))
                    self.assertTrue("begun\n3000\nend\n".startswith(output), output)
                    if status == 0:
                        self.assertEqual((output, errors), ("begun\n3000\nend\n", ""))
                    elif status > 0:
                        self.assertTrue(errors == "" or errors.endswith(message), errors)

    def test_programs_that_end_in_time(self):
        done = subprocess.run(self.command(["--timeout", "60", "--max-steps", "100000"], "3 println"), text=True,
                              capture_output=True, timeout=30, check=True)
        self.assertEqual((done.stdout, done.stderr), ("begun\n3\n", ""))

    def test_waiting_for_input(self):
        for seconds in PATIENCE:
            status, output, _ = self.interrupt(self.command([], "system readLine"), seconds, subprocess.PIPE)
            if output.endswith("\n"):
                break
        self.assertEqual((status, output), (130, "begun\n"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS = parser.parse_args()
    # A shell starts what it runs in the background deaf to Ctrl-C, and the programs would inherit that.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main(argv=[sys.argv[0]])
