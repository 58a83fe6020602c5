#!/usr/bin/env python3
"""The debugger on a terminal: the program's output in order with the debugger's, editing, completion, Ctrl-C, Ctrl-D."""

import argparse
import pathlib
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "cli"))

from shell_terminal_test import CTRL_A, CTRL_C, CTRL_D, OPTIONS, TAB, UP, Terminal  # noqa: E402

FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"
PROMPT = "(som) "


class DebuggerTerminalTest(unittest.TestCase):
    def start(self, program="Counter", **environment):
        terminal = Terminal(self.home, "--debug", str(FIXTURES / f"{program}.som"), **environment)
        self.addCleanup(terminal.close)
        terminal.expect("help` lists the commands.")
        terminal.expect(PROMPT)
        return terminal

    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.home = pathlib.Path(directory.name)

    def tell(self, terminal, line, *texts):
        """Enters a line, and waits for texts in this order and the next prompt."""
        terminal.enter(line)
        for text in texts:
            terminal.expect(text)
        terminal.expect(PROMPT)

    def test_output_is_in_order(self):
        for environment in ({}, {"TERM": "dumb"}):
            terminal = self.start(**environment)
            self.tell(terminal, "break Counter>>firstAbove:in:", "Breakpoint 1 at")
            self.tell(terminal, "continue", "3\r\n", "6\r\n", "9\r\n", "Breakpoint 1\r\n", "#0  Counter>>firstAbove:in:")
            self.tell(terminal, "continue", "6\r\n", "7\r\n", "17\r\n", "end\r\n", "The program has ended with status 0.")
            terminal.enter("quit")
            self.assertEqual(terminal.status(), 0)

    def test_empty_line_repeats(self):
        terminal = self.start()
        self.tell(terminal, "step", "->  34")
        self.tell(terminal, "next", "->  35")
        self.tell(terminal, "", "->  36")

    def test_completion(self):
        terminal = self.start()
        terminal.send("backt" + TAB)
        self.tell(terminal, "", "The program does not run")
        self.tell(terminal, "step", "->  34")
        terminal.send("p las" + TAB)
        self.tell(terminal, "isNil", "true\r\n")

    def test_editing_and_history(self):
        terminal = self.start()
        terminal.send("elp step" + CTRL_A + "h")
        terminal.enter("")
        terminal.expect("go on to the next line, into")
        terminal.expect(PROMPT)
        terminal.enter("quit")
        terminal.status()
        terminal = self.start()
        terminal.send(UP + UP)
        terminal.expect("help step")
        terminal.enter("")
        terminal.expect("go on to the next line, into")

    def test_ctrl_c_stops_the_program(self):
        terminal = self.start("Endless")
        terminal.enter("run")
        terminal.expect("running\r\n")
        time.sleep(0.2)
        terminal.send(CTRL_C)
        terminal.expect("Interrupted\r\n")
        terminal.expect("#0  Endless>>run")
        terminal.expect(PROMPT)
        self.tell(terminal, "p n > 0", "true")
        terminal.enter("p [ true ] whileTrue: [ n ]")
        time.sleep(0.5)
        terminal.send(CTRL_C)
        terminal.expect("Error: Interrupted")
        terminal.expect(PROMPT)
        terminal.enter("quit")
        self.assertEqual(terminal.status(), 0)

    def test_ctrl_c_three_times_ends_a_program_that_waits(self):
        terminal = self.start("Reads")
        terminal.enter("run")
        terminal.expect("waiting\r\n")
        for _ in range(3):
            time.sleep(0.2)
            terminal.send(CTRL_C)
        self.assertEqual(terminal.status(), 130)

    def test_program_reads_the_terminal(self):
        terminal = self.start("Reads")
        terminal.enter("run")
        terminal.expect("waiting\r\n")
        terminal.enter("some text")
        terminal.expect("some text\r\n")
        terminal.expect("some text\r\n")
        terminal.expect("The program has ended with status 0.")

    def test_definition_of_several_lines(self):
        terminal = self.start()
        self.tell(terminal, "break 40", "Breakpoint")
        self.tell(terminal, "run", "Breakpoint 1")
        terminal.enter("Counter >> fill: n = (")
        terminal.expect("...> ")
        self.tell(terminal, "^ n * 100 )", "Defined.")
        self.tell(terminal, "continue", "300\r\n", "end\r\n")

    def test_ctrl_d_leaves(self):
        terminal = self.start()
        self.tell(terminal, "step", "->  34")
        terminal.send(CTRL_D)
        self.assertEqual(terminal.status(), 0)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    options, rest = parser.parse_known_args()
    OPTIONS.vm = str(pathlib.Path(options.vm).resolve())
    OPTIONS.core_lib = str(pathlib.Path(options.core_lib).resolve())
    unittest.main(argv=[sys.argv[0], *(argument for argument in rest if not argument.startswith("--extra"))])


if __name__ == "__main__":
    main()
