#!/usr/bin/env python3
"""Output that cannot be written, and little address space: a message, a status, nothing lost."""

import argparse
import os
import pathlib
import resource
import signal
import subprocess
import sys
import tempfile
import unittest

OPTIONS = argparse.Namespace()
FULL = "/dev/full"
NO_SPACE = "No space left on device"


class Output(unittest.TestCase):
    def run_vm(self, *arguments, **settings):
        return subprocess.run([OPTIONS.vm, "-cp", OPTIONS.core_lib, *arguments], text=True,
                              stderr=subprocess.PIPE, timeout=60, check=False, **settings)

    def test_full_disk(self):
        for expression in ["3 println", "1 to: 100000 do: [:i | i println ]"]:
            with self.subTest(expression=expression), open(FULL, "w", encoding="utf-8") as full:
                done = self.run_vm("-e", expression, stdout=full)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, f"som: cannot write standard output: {NO_SPACE}\n"))

    def test_programs_own_status_counts(self):
        with open(FULL, "w", encoding="utf-8") as full:
            done = self.run_vm("-e", "3 println. system exit: 7", stdout=full)
        self.assertEqual(done.returncode, 7)
        self.assertIn(NO_SPACE, done.stderr)

    def test_reports(self):
        for option in ["--stats", "--gc-stats"]:
            with self.subTest(option=option):
                done = self.run_vm(option, f"{option}-file={FULL}", "-e", "3 println",
                                   stdout=subprocess.PIPE)
                self.assertEqual((done.returncode, done.stdout, done.stderr),
                                 (1, "3\n", f"som: cannot write '{FULL}': {NO_SPACE}\n"))

    def test_what_runs_no_program(self):
        for arguments in (["--help"], ["--version"], ["-d", "Object"], ["-p", "3"]):
            with self.subTest(arguments=arguments), open(FULL, "w", encoding="utf-8") as full:
                done = self.run_vm(*arguments, stdout=full)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, f"som: cannot write standard output: {NO_SPACE}\n"))

    def test_closed_output(self):
        for expression in ["3 println", "1 to: 100000 do: [:i | i println ]"]:
            with self.subTest(expression=expression):
                command = ["sh", "-c", 'exec "$@" >&-', "sh", OPTIONS.vm, "-cp", OPTIONS.core_lib, "-e", expression]
                done = subprocess.run(command, text=True, stderr=subprocess.PIPE, timeout=60, check=False)
                self.assertEqual((done.returncode, done.stderr),
                                 (1, "som: cannot write standard output: Bad file descriptor\n"))

    def test_closed_errors(self):
        command = ["sh", "-c", 'exec "$@" 2>&-', "sh", OPTIONS.vm, "-cp", OPTIONS.core_lib, "-e", "nil foo"]
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (1, "\nERROR: Method foo not found in class Nil\n"))

    def test_reader_that_leaves(self):
        with subprocess.Popen([OPTIONS.vm, "-cp", OPTIONS.core_lib, "-e", "1 to: 10000000 do: [:i | i println ]"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), b"1\n")
            process.stdout.close()
            # As usual for a filter: `som ... | head` ends in silence.
            self.assertEqual(process.wait(timeout=60), -signal.SIGPIPE)
            self.assertEqual(process.stderr.read(), b"")

    def test_reader_that_leaves_where_that_is_no_signal(self):
        with subprocess.Popen([OPTIONS.vm, "-cp", OPTIONS.core_lib, "-e", "1 to: 300000 do: [:i | i println ]"],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, restore_signals=False) as process:
            process.stdout.close()
            self.assertEqual(process.wait(timeout=60), 1)
            self.assertEqual(process.stderr.read(), b"som: cannot write standard output: Broken pipe\n")


# The address sanitizer reserves terabytes.
@unittest.skipIf("ASAN_OPTIONS" in os.environ, "needs a limit of address space")
class AddressSpace(unittest.TestCase):
    def run_within(self, megabytes, expression, more_path=""):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        return subprocess.run([OPTIONS.vm, "-cp", OPTIONS.core_lib + more_path, "-e", expression], text=True,
                              capture_output=True, timeout=60, check=False, preexec_fn=limit)

    def test_programs_run_with_a_shorter_stack(self):
        done = self.run_within(600, "3 println")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "3\n", ""))

    def test_recursion_still_ends_with_a_trace(self):
        done = self.run_within(600, "| b | b := [:n | (b value: n + 1) + 1 ]. b value: 0")
        self.assertEqual(done.returncode, 1)
        self.assertIn("Stack overflow: too many nested activations.", done.stderr)

    def test_too_little_is_told(self):
        for megabytes in (160, 200, 300):
            with self.subTest(megabytes=megabytes):
                done = self.run_within(megabytes, "3 println")
                self.assertIn(done.returncode, (0, 1), done.stderr)
                self.assertEqual(done.stdout, "3\n" if done.returncode == 0 else "")
                self.assertEqual(done.stderr == "", done.returncode == 0, done.stderr)

    def test_memory_that_is_refused_later(self):
        """Whatever asks for it: the heap, big integers, the parser, records of classes."""
        statements = " ".join(f"x := {i} + x." for i in range(300000))
        programs = {"| v n | 3 println. " + keep: refused for keep, refused in {
            "v := Vector new. [ true ] whileTrue: [ v append: v size asString + 'padding' ]": True,
            "n := 3. [ true ] whileTrue: [ n := n * n ]": True,
            "system resolve: #Long": True,
            "n := 3. 1 to: 12 do: [:i | n := n * n ]": False}.items()}
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "Long.som").write_text(f"Long = ( run = ( | x | x := 0. {statements} ) )\n",
                                                        encoding="utf-8")
            for expression, refused in programs.items():
                for megabytes in range(320, 520, 60):
                    with self.subTest(expression, megabytes=megabytes):
                        done = self.run_within(megabytes, expression, f":{folder}")
                        self.assertIn(done.returncode, (0, 1), done.stderr)
                        self.assertEqual(done.stdout, "3\n")
                        if done.returncode == 1:
                            self.assertRegex(done.stderr, "som: the system has no memory left|Out of memory.")
                        self.assertFalse(done.returncode == 1 and not refused, done.stderr)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS = parser.parse_args()
    unittest.main(argv=[sys.argv[0]])
