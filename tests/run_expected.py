#!/usr/bin/env python3
"""Runs expected-output tests: programs whose expected stdout, stderr and exit status stand beside the code.

    run_expected.py --vm PATH --core-lib DIR [--extra-args "..."] [--jobs N] DIR-or-FILE...

What lives here: finding tests, reading their expectations, running, comparing, reporting.
The format of the expectations is described in docs/testing.md.

Three kinds of test file:
  NAME.som      a SOM program whose first comment starts with `VM:` and holds the expectation
  NAME.test     an expectation alone, for command lines that are not "run this file"
  NAME_test.py  a script, called with --vm and --core-lib; it passes when it exits with status 0
Directories named `fixtures` hold files that tests use; nothing in them is a test.
Prints each failure with a diff, and as the last line `N passed, N failed`. Exit status 1 when a test fails,
2 for a wrong call.
"""

import argparse
import concurrent.futures
import difflib
import os
import re
import shlex
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# A debug build needs 12 to 14 seconds to fill the whole stack, several times that on a busy machine.
TIMEOUT_SECONDS = 240
SCRIPT_TIMEOUT_SECONDS = 900
MAX_DIFF_LINES = 60
SINGLE_LINE_KEYS = {"status", "args", "vmargs", "cp", "cwd", "command", "env"}
TEXT_KEYS = {"stdin", "stdout", "stderr"}


class FormatError(Exception):
    """An expectation that cannot be read."""


@dataclass
class Expectation:
    status: str = "success"
    args: list = field(default_factory=list)
    vmargs: list = field(default_factory=list)
    cp: list = field(default_factory=list)
    cwd: str = ""
    env: dict = field(default_factory=dict)
    command: list | None = None
    stdin: str = ""
    stdout: list = field(default_factory=list)
    stderr: list = field(default_factory=list)
    stdout_ends_open: bool = False
    stderr_ends_open: bool = False


@dataclass
class Settings:
    vm: str
    core_lib: str
    extra_args: list


def unescape(text):
    """Expected text writes a character that a comment or an editor would spoil as \\xHH."""
    return re.sub(r"\\x([0-9a-fA-F]{2})", lambda m: chr(int(m.group(1), 16)), text)


def header_of(path):
    """The expectation text of a test file: its first comment, or the whole file of a .test."""
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix == ".test":
        return text
    match = re.match(r'\s*"\s*VM:[^\S\n]*\r?\n([^"]*)"', text)
    if not match:
        raise FormatError("the first comment does not start with `VM:`")
    return match.group(1).replace("\r\n", "\n")


def sections(header):
    """Splits a header into (key, first line, indented block) triples."""
    found = []
    lines = header.split("\n")
    base = None
    for line in lines:
        stripped = line.strip()
        indent = len(line) - len(line.lstrip(" "))
        if base is not None and stripped and indent < base:
            break  # less indented than the keys: a remark for the reader
        if found and (not stripped or indent > base):
            found[-1][2].append(line)
            continue
        if not stripped or stripped.startswith("#"):
            continue
        if base is None:
            base = indent
        match = re.match(r"([a-z]+):(?:\s+(.*))?$", stripped)
        if not match or indent != base:
            raise FormatError(f"cannot read the line {line!r}")
        found.append((match.group(1), match.group(2) or "", []))
    return found


def block_text(first, block):
    """The lines of a text section, without the indentation that all of them share."""
    while block and not block[-1].strip():
        block = block[:-1]
    if first:
        if block:
            raise FormatError("text beside the key and below it")
        return [unescape(first)]
    indents = [len(line) - len(line.lstrip(" ")) for line in block if line.strip()]
    common = min(indents, default=0)
    return [unescape(line[common:]) for line in block]


def parse(header, replace):
    """Reads an Expectation; replace expands {file}, {dir}, {core}, {root} and {tmp}."""
    result = Expectation()
    seen = set()
    for key, first, block in sections(header):
        if key in seen:
            raise FormatError(f"`{key}:` stands there twice")
        seen.add(key)
        if key in SINGLE_LINE_KEYS:
            if any(line.strip() for line in block):
                raise FormatError(f"`{key}:` takes one line")
            value = replace(first)
            if key == "status":
                if not re.fullmatch(r"success|error|\d+", value):
                    raise FormatError(f"unknown status {value!r}")
                result.status = value
            elif key == "cp":
                result.cp = [entry for entry in value.split(":") if entry]
            elif key == "cwd":
                result.cwd = value
            elif key == "env":
                result.env = dict(item.split("=", 1) for item in shlex.split(value))
            else:
                setattr(result, key, shlex.split(value))
        elif key in TEXT_KEYS:
            lines = [replace(line) for line in block_text(first, block)]
            open_end = bool(lines) and lines[-1].endswith("\\")
            if open_end:
                lines[-1] = lines[-1][:-1]
            if key == "stdin":
                result.stdin = "\n".join(lines) + ("" if open_end or not lines else "\n")
            else:
                setattr(result, key, lines)
                setattr(result, key + "_ends_open", open_end)
        else:
            raise FormatError(f"unknown key `{key}:`")
    return result


def line_matches(expected, actual):
    """Whether one line agrees; `...` inside the expected one stands for any text."""
    if "..." not in expected:
        return expected == actual
    pattern = ".*".join(re.escape(piece) for piece in expected.split("..."))
    return re.fullmatch(pattern, actual, re.DOTALL) is not None


def lines_match(expected, actual):
    """Whether all lines agree; an expected line `...` stands for any number of lines."""
    reachable = {0}
    for line in expected:
        if line.strip() == "...":
            reachable = set(range(min(reachable), len(actual) + 1)) if reachable else set()
        else:
            reachable = {i + 1 for i in reachable if i < len(actual) and line_matches(line, actual[i])}
        if not reachable:
            return False
    return len(actual) in reachable


def compare_stream(name, expected, ends_open, actual):
    """The complaint about one output stream, or an empty string."""
    anything = any(line.strip() == "..." for line in expected)
    lines = actual.split("\n")
    ended = lines[-1] == ""
    if ended:
        lines.pop()
    if lines_match(expected, lines):
        if not lines or (anything and expected[-1].strip() == "...") or ended != ends_open:
            return ""
        return f"{name}: " + ("unexpected line end after the last line" if ends_open
                              else "the last line has no line end") + "\n"
    diff = list(difflib.unified_diff(expected, lines, f"expected {name}", f"actual {name}", lineterm=""))
    if len(diff) > MAX_DIFF_LINES:
        diff[MAX_DIFF_LINES:] = [f"... {len(diff) - MAX_DIFF_LINES} more lines"]
    return "\n".join(diff) + "\n"


def status_matches(expected, status):
    if expected == "success":
        return status == 0
    if expected == "error":
        return status > 0
    return status == int(expected)


def command_line(settings, path, expectation):
    if expectation.command is not None:
        return [settings.vm, *settings.extra_args, *expectation.command]
    directory = os.path.relpath(path.parent, ROOT)
    entries = [os.path.join(directory, entry) for entry in expectation.cp] + [settings.core_lib]
    return [settings.vm, *settings.extra_args, *expectation.vmargs, "-cp", ":".join(entries),
            os.path.relpath(path, ROOT), *expectation.args]


def run_program(settings, path):
    """Runs a .som or .test file; answers the complaint, empty when it passes."""
    with tempfile.TemporaryDirectory(prefix="som-test-") as scratch:
        names = {"file": os.path.relpath(path, ROOT), "dir": os.path.relpath(path.parent, ROOT),
                 "core": settings.core_lib, "root": str(ROOT), "tmp": scratch, "vm": settings.vm}

        def replace(text):
            return re.sub(r"\{(file|dir|core|root|tmp|vm)\}", lambda m: names[m.group(1)], text)

        try:
            expectation = parse(header_of(path), replace)
        except (FormatError, ValueError) as error:
            return f"bad expectation: {error}\n"
        command = command_line(settings, path, expectation)
        cwd = (ROOT / expectation.cwd) if expectation.cwd else ROOT
        try:
            done = subprocess.run(command, input=expectation.stdin.encode(), capture_output=True,
                                  cwd=cwd, timeout=TIMEOUT_SECONDS, check=False,
                                  env={**os.environ, **expectation.env})
        except subprocess.TimeoutExpired:
            return f"no end within {TIMEOUT_SECONDS} seconds: {shlex.join(command)}\n"
    out = done.stdout.decode(errors="backslashreplace")
    err = done.stderr.decode(errors="backslashreplace")
    complaint = ""
    if not status_matches(expectation.status, done.returncode):
        complaint += f"expected status {expectation.status}, got {done.returncode}\n"
    complaint += compare_stream("stdout", expectation.stdout, expectation.stdout_ends_open, out)
    complaint += compare_stream("stderr", expectation.stderr, expectation.stderr_ends_open, err)
    return complaint and f"command: {shlex.join(command)}\n{complaint}"


def run_script(settings, path):
    """Runs a .py test; answers its output when it fails."""
    command = [sys.executable, str(path), "--vm", settings.vm, "--core-lib", settings.core_lib]
    try:
        done = subprocess.run(command, capture_output=True, cwd=ROOT, check=False,
                              timeout=SCRIPT_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        return f"no end within {SCRIPT_TIMEOUT_SECONDS} seconds: {shlex.join(command)}\n"
    if done.returncode == 0:
        return ""
    text = (done.stdout + done.stderr).decode(errors="backslashreplace")
    return f"command: {shlex.join(command)}\nstatus {done.returncode}\n{text}"


def run_test(settings, path):
    try:
        return run_script(settings, path) if path.suffix == ".py" else run_program(settings, path)
    except OSError as error:
        return f"cannot run: {error}\n"


def find_tests(names):
    tests = []
    for name in names:
        path = Path(name).resolve()
        if path.is_file():
            tests.append(path)
            continue
        if not path.is_dir():
            sys.exit(f"run_expected.py: no such file or directory: {name}")
        tests.extend(sorted(
            found for found in path.rglob("*")
            if (found.suffix in {".som", ".test"} or found.name.endswith("_test.py"))
            and not {"fixtures", "__pycache__"} & set(found.relative_to(path).parts[:-1])))
    return tests


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--vm", required=True, help="the som executable")
    parser.add_argument("--core-lib", required=True, help="directory of the core library")
    parser.add_argument("--extra-args", default="", help="VM options for every run, as one string")
    parser.add_argument("--jobs", type=int, default=2, help="tests to run at once")
    parser.add_argument("tests", nargs="+", metavar="DIR", help="directories or test files")
    options = parser.parse_args()
    if not os.access(options.vm, os.X_OK):
        parser.error(f"not an executable: {options.vm}")
    settings = Settings(str(Path(options.vm).resolve()),
                        os.path.relpath(Path(options.core_lib).resolve(), ROOT),
                        shlex.split(options.extra_args))
    tests = find_tests(options.tests)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(max(1, options.jobs)) as pool:
        for path, complaint in zip(tests, pool.map(lambda test: run_test(settings, test), tests)):
            if complaint:
                failed += 1
                print(f"FAIL {os.path.relpath(path, ROOT)}\n{complaint}", flush=True)
    print(f"{len(tests) - failed} passed, {failed} failed")
    sys.exit(1 if failed or not tests else 0)


if __name__ == "__main__":
    main()
