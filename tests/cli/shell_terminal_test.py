#!/usr/bin/env python3
"""The shell on a terminal: editing, history, completion, inputs of several lines, Ctrl-C, Ctrl-D."""

import argparse
import os
import pathlib
import pty
import select
import signal
import subprocess
import tempfile
import time
import unittest

OPTIONS = argparse.Namespace()
PATIENCE = 60
PROMPT = "---> "
CONTINUATION = "...> "
UP, CTRL_A, CTRL_C, CTRL_D, CTRL_R, TAB = "\x1b[A", "\x01", "\x03", "\x04", "\x12", "\t"


class Terminal:
    """A VM on a pseudo-terminal."""

    def __init__(self, home, *arguments, **environment):
        self.process, self.descriptor = pty.fork()
        if self.process == 0:
            kept = {name: os.environ[name] for name in ("PATH", "ASAN_OPTIONS") if name in os.environ}
            variables = {**kept, "HOME": str(home), "TERM": "xterm", "LANG": "C.UTF-8", **environment}
            # What is started in the background is deaf to Ctrl-C, and what it starts as well.
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.execve(OPTIONS.vm, [OPTIONS.vm, "-cp", OPTIONS.core_lib, *arguments], variables)
        self.output = ""
        self.seen = 0

    def read(self):
        """Takes what comes within a moment; false at the end of the output."""
        ready, _, _ = select.select([self.descriptor], [], [], 0.05)
        if not ready:
            return True
        try:
            data = os.read(self.descriptor, 1 << 16)
        except OSError:
            return False
        self.output += data.decode("utf-8", "replace")
        return bool(data)

    def expect(self, text):
        """Waits for a text behind what has been waited for already; returns what stands in front of it."""
        end = time.monotonic() + PATIENCE
        while True:
            found = self.output.find(text, self.seen)
            if found >= 0:
                before = self.output[self.seen:found]
                self.seen = found + len(text)
                return before
            if time.monotonic() > end or not self.read():
                raise AssertionError(f"no {text!r} in {self.output[self.seen:]!r}")

    def send(self, keys):
        os.write(self.descriptor, keys if isinstance(keys, bytes) else keys.encode())

    def enter(self, line):
        self.send(line + "\r")

    def answer(self, line):
        """The value that the shell shows for a line."""
        self.enter(line)
        self.expect("it = ")
        value = self.expect("\r\n")
        self.expect(PROMPT)
        return value

    def status(self):
        """The exit status, once the process has ended."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            self.read()
            process, status = os.waitpid(self.process, os.WNOHANG)
            if process != 0:
                self.process = 0
                return os.waitstatus_to_exitcode(status)
        raise AssertionError(f"still running: {self.output[self.seen:]!r}")

    def close(self):
        if self.process != 0:
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)
        os.close(self.descriptor)


class ShellOnTerminal(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)

    def start(self, *arguments, **environment):
        terminal = Terminal(self.home, *arguments, **environment)
        self.addCleanup(terminal.close)
        terminal.expect(PROMPT)
        return terminal

    def test_values_and_banner(self):
        terminal = self.start()
        self.assertIn('SOM Shell. Type "quit" to exit.', terminal.output)
        self.assertEqual(terminal.answer("3 + 4"), "7")
        self.assertEqual(terminal.answer("'it'"), "'it'")

    def test_editing(self):
        terminal = self.start()
        self.assertEqual(terminal.answer("3x\x7f + 4" + CTRL_A + "2"), "27")
        self.assertEqual(terminal.answer("'hé\x7fallo'"), "'hallo'")

    def test_history_within_a_run(self):
        terminal = self.start()
        terminal.answer("20 + 1")
        terminal.answer("5")
        self.assertEqual(terminal.answer(UP + UP), "21")
        terminal.send(CTRL_R + "20 +")
        terminal.expect("20 + 1")
        self.assertEqual(terminal.answer(""), "21")

    def test_history_across_runs(self):
        first = self.start()
        first.answer("40 + 2")
        first.send(CTRL_D)
        self.assertEqual(first.status(), 0)
        self.assertEqual((self.home / ".som_history").stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.start().answer(UP), "42")

    def test_history_in_the_state_directory(self):
        state = self.home / "state"
        terminal = self.start(XDG_STATE_HOME=str(state))
        terminal.answer("6 * 7")
        self.assertIn("6", (state / "som" / "history").read_text(encoding="utf-8"))
        self.assertFalse((self.home / ".som_history").exists())

    def test_unwritable_history(self):
        terminal = self.start(HOME="/nonexistent/home")
        self.assertEqual(terminal.answer("1"), "1")
        self.assertEqual(terminal.answer(UP), "1")

    def test_completion_of_variables_globals_selectors_and_commands(self):
        terminal = self.start()
        terminal.answer("temperature := 'warm'")
        self.assertEqual(terminal.answer("tempe" + TAB), "'warm'")
        self.assertEqual(terminal.answer("temperature lengt" + TAB), "4")
        self.assertEqual(terminal.answer("Vecto" + TAB + "name"), "#Vector")
        terminal.enter(":rese" + TAB)
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("it"), "nil")

    def test_completion_lists_several(self):
        terminal = self.start()
        terminal.send("'x' asS" + TAB + TAB)
        listed = terminal.expect("asSymbol")
        self.assertIn("asString", listed)
        terminal.send(CTRL_C)
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("2"), "2")

    def test_tabulator_in_front_indents(self):
        self.assertEqual(self.start().answer("\t3"), "3")

    def test_several_lines(self):
        terminal = self.start()
        terminal.enter("(3 +")
        terminal.expect(CONTINUATION)
        self.assertEqual(terminal.answer("4)"), "7")
        terminal.enter("'two")
        terminal.expect(CONTINUATION)
        self.assertEqual(terminal.answer("lines'"), "'two\\nlines'")

    def test_pasted_class(self):
        terminal = self.start()
        terminal.send("Pasted = (\r\t| a |\r\tset: n = ( a := n )\r\tget = ( ^ a )\r)\rPasted new set: 3; get\r")
        terminal.expect("';'")
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("(Pasted new set: 3) get"), "3")

    def test_ctrl_c_gives_up_the_input(self):
        terminal = self.start()
        terminal.send("3 + garbage" + CTRL_C)
        terminal.expect("^C")
        terminal.expect(PROMPT)
        terminal.enter("(1 +")
        terminal.expect(CONTINUATION)
        terminal.send(CTRL_C)
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("4"), "4")

    def check_ctrl_c_stops(self, terminal, line):
        terminal.enter(line)
        time.sleep(0.3)
        terminal.send(CTRL_C)
        terminal.expect("Interrupted.")
        terminal.expect(PROMPT)

    def test_ctrl_c_stops_what_runs(self):
        for switches in ([], ["--jit", "off"], ["--jit-threshold", "0"]):
            with self.subTest(switches=switches):
                terminal = self.start(*switches)
                terminal.answer("n := 0")
                for _ in range(3):
                    self.check_ctrl_c_stops(terminal, "[ true ] whileTrue: [ n := n + 1 ]")
                self.check_ctrl_c_stops(terminal, "system readLine")
                self.assertEqual(terminal.answer("n > 0"), "true")

    def test_third_ctrl_c_ends_what_does_not_listen(self):
        terminal = self.start()
        # One primitive that works for ten seconds and more.
        terminal.enter("(1 << 200000000) asString length")
        time.sleep(0.5)
        for _ in range(2):
            terminal.send(CTRL_C)
            time.sleep(0.5)
            self.assertEqual(os.waitpid(terminal.process, os.WNOHANG), (0, 0))
        terminal.send(CTRL_C)
        self.assertEqual(terminal.status(), 130)

    def test_ctrl_d_and_quit_leave(self):
        for keys in (CTRL_D, "quit\r", ":quit\r", "system exit: 0\r"):
            with self.subTest(keys):
                terminal = self.start()
                terminal.answer("1")
                terminal.send(keys)
                self.assertEqual(terminal.status(), 0)

    def test_exit_status(self):
        terminal = self.start()
        terminal.enter("nil foo")
        terminal.expect("Method foo not found")
        terminal.expect(PROMPT)
        terminal.enter("system exit: 3")
        self.assertEqual(terminal.status(), 3)

    def test_ctrl_d_answers_read_line(self):
        terminal = self.start()
        terminal.enter("line := system readLine")
        time.sleep(0.3)
        terminal.send(CTRL_D)
        terminal.expect("it = nil")
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("5"), "5")

    def test_dumb_terminal(self):
        terminal = self.start(TERM="dumb")
        self.assertEqual(terminal.answer("3 + 4"), "7")
        terminal.enter("(")
        terminal.expect(CONTINUATION)
        terminal.send(CTRL_C)
        terminal.expect(PROMPT)
        self.check_ctrl_c_stops(terminal, "[ true ] whileTrue: [ ]")
        self.assertNotIn("\x1b", terminal.output)
        terminal.send(CTRL_D)
        self.assertEqual(terminal.status(), 0)

    def test_invalid_and_long_lines(self):
        terminal = self.start()
        terminal.send(b"'a\xff\xfeb' length\r")
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("5"), "5")
        long_line = " + ".join(["1"] * 1000)
        terminal.enter(long_line)
        terminal.expect("it = 1000\r\n")
        terminal.expect(PROMPT)

    def test_program_and_shell(self):
        (self.home / "Greeter.som").write_text("Greeter = ( run = ( 'hi' println ) name = ( ^ 'G' ) )\n", encoding="utf-8")
        terminal = Terminal(self.home, "-i", str(self.home / "Greeter.som"))
        self.addCleanup(terminal.close)
        terminal.expect("hi\r\n")
        terminal.expect(PROMPT)
        self.assertEqual(terminal.answer("Greeter new name"), "'G'")


class ShellOnPipe(unittest.TestCase):
    def run_script(self, script, *arguments):
        return subprocess.run([OPTIONS.vm, "-cp", OPTIONS.core_lib, *arguments], input=script, capture_output=True,
                              timeout=PATIENCE, check=False)

    def test_bytes_that_are_no_text(self):
        done = self.run_script(b"'a\xffb' println\n\xfe\xff\n\0\n'still here' println\n")
        self.assertEqual(done.stdout, b"still here\n")
        self.assertEqual(done.returncode, 0)
        self.assertIn(b"not valid UTF-8", done.stderr)

    def test_long_input(self):
        members = "".join(f"  m{i} = ( ^ {i} )\n" for i in range(20000))
        done = self.run_script(f"Large = (\n{members})\n(Large new m19999) println\n".encode())
        self.assertEqual((done.stdout, done.stderr), (b"19999\n", b""))
        done = self.run_script(("'" + "x" * 5_000_000 + "' length println\n").encode())
        self.assertEqual(done.stdout, b"5000000\n")

    def test_redefinition_under_all_tiers(self):
        """Compiled code, caches and closures of earlier methods notice a definition."""
        script = b"""
Point = ( | x | x: n = ( x := n ) x = ( ^ x ) + n = ( ^ x + n ) each: block = ( 1 to: 2 do: [:i | block value: i ] ) )
User = ( run: p = ( | sum | sum := 0. 1 to: 3000 do: [:i | sum := sum + (p + i) ]. ^ sum ) )
p := (Point new x: 1).
(User new run: p) println
Point >> + n = ( ^ n )
(User new run: p) println
Point = ( | x | x: n = ( x := n ) x = ( ^ 100 ) + n = ( ^ x ) )
(User new run: p) println
p x println
Sub = Point ( )
s := (Sub new x: 5).
(User new run: s) println
Sub >> + n = ( ^ 2 )
(User new run: s) println
Point >> x = ( ^ super hashcode == 0 )
s x println
Object >> fresh = ( ^ 'fresh' )
4 fresh println
"""
        expected = b"4504500\n4501500\n3000\n100\n15000\n6000\nfalse\nfresh\n"
        for switches in ([], ["--jit", "off"], ["--jit-threshold", "0"], ["--jit-threshold", "2", "--jit-stress-inline"],
                         ["--gc-stress=7", "--gc-verify"], ["--inline-cache", "none"], ["--inline-cache", "global"],
                         ["--dispatch", "switch"], ["--loops", "library"], ["--inline-control", "off"], ["--strict"]):
            with self.subTest(switches=switches):
                done = self.run_script(script, *switches)
                self.assertEqual((done.stdout, done.stderr, done.returncode), (expected, b"", 0))

    def test_timeout_of_an_input(self):
        done = self.run_script(b"[ true ] whileTrue: [ ]\n'after' println\n", "--timeout", "0.3")
        self.assertEqual(done.stdout, b"after\n")
        self.assertIn(b"Time limit reached.", done.stderr)

    def test_too_many_variables(self):
        script = "".join(f"variable{i} := {i}.\n" for i in range(1000)) + "variable997 println\nvariable999 println\n"
        done = self.run_script(script.encode())
        self.assertTrue(done.stdout.startswith(b"997\n"), done.stdout)
        self.assertIn(b"There is room for 1000 variables", done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=[__file__])
