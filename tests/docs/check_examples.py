#!/usr/bin/env python3
"""Runs the examples of pages of the documentation and compares what they print with what the page says.

Usage: check_examples.py --vm PATH PAGE...

An example is a block that begins with ```som. A class definition in one is there for all later examples of the page.
Anything else is statements: what they print is the next block, one without a language, if that follows at once.
An indented block that begins with `$ som` is a command; the lines below are what it writes to both its streams.
The pages given together are read as one text: classes stay from page to page.
"""

import argparse
import difflib
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXAMPLE = re.compile(r"^```som\n(?P<code>.*?)^```\n(?:\n```\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^    \$ som (?P<command>.*)\n(?P<output>(?:    (?!\$).*\n)*)", re.MULTILINE)
CLASS = re.compile(r"(?:\"[^\"]*\"\s*)?([A-Z]\w*) = ")


def run(vm, directory, arguments, errors=subprocess.DEVNULL):
    command = [vm, "-cp", f"{directory}:{ROOT / 'core-lib'}", *arguments]
    return subprocess.run(command, cwd=directory, text=True, stdout=subprocess.PIPE, stderr=errors, timeout=60, check=False).stdout


def examples_of(text):
    """The matches of both forms in the order of the page."""
    found = [*EXAMPLE.finditer(text), *COMMAND.finditer(text)]
    return sorted(found, key=lambda match: match.start())


def check_page(vm, directory, page):
    """The number of examples that were run, and the text of the differences."""
    text = page.read_text(encoding="utf-8")
    count = 0
    differences = ""
    for match in examples_of(text):
        line = text.count("\n", 0, match.start()) + 1
        if match.re is COMMAND:
            actual = run(vm, directory, shlex.split(match["command"]), subprocess.STDOUT)
            expected = re.sub("^    ", "", match["output"], flags=re.MULTILINE)
        else:
            name = CLASS.match(match["code"])
            if name:
                (pathlib.Path(directory) / f"{name[1]}.som").write_text(match["code"], encoding="utf-8")
                actual = run(vm, directory, ["-e", f"{name[1]} name"])
                expected = ""
            else:
                actual = run(vm, directory, ["-e", match["code"]])
                expected = match["output"] or ""
        count += 1
        if actual != expected:
            differences += f"{page}:{line}\n" + "".join(
                difflib.unified_diff(expected.splitlines(True), actual.splitlines(True), "page", "now"))
    return count, differences


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True)
    parser.add_argument("pages", nargs="+", type=pathlib.Path)
    arguments = parser.parse_args()
    failed = False
    total = 0
    with tempfile.TemporaryDirectory() as directory:
        for page in arguments.pages:
            count, differences = check_page(str(pathlib.Path(arguments.vm).resolve()), directory, page)
            print(f"{page}: {count} examples", differences and "differ" or "ok")
            print(differences, end="")
            failed |= bool(differences)
            total += count
    return 1 if failed or total == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
