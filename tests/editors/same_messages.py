#!/usr/bin/python3
"""The language server's diagnostics are those of `som -W --hints on`: same places, same messages, same hints.

Usage: same_messages.py --vm PATH [--count N] [--seed N]
Compares them for the faulty programs of tests/errors and tests/hints, and for N damaged ones.
"""

import argparse
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import fuzz
from lsp_client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
REPORT = re.compile(r"^File '(?P<path>[^\n]*)', line (?P<line>\d+), column (?P<column>\d+):\n"
                    r"(?:  [^\n]*\n  *\^~*\n)?(?P<message>[^\n]*)\n(?:hint: (?P<hint>[^\n]*)\n)?", re.MULTILINE)
# What the class loader says without a place of its own; the server has one.
PLACELESS = re.compile(r"Superclass '|Only Object may|inherits from itself")
# Both tell of so many errors only, and a name of a file on disk is none of the text.
HEAD = re.compile(r"^([A-Z]\w*)(?=\s*=)", re.MULTILINE)


def told_by_command_line(vm, file):
    """(line, column, message, hint) of each; columns in code points."""
    result = subprocess.run([vm, "-W", "--hints", "on", "-cp", f"{file.parent}:core-lib", "-d", str(file)], cwd=ROOT, text=True,
                            errors="replace", capture_output=True, timeout=60, check=False)
    return [place_less(int(found["line"]), int(found["column"]), found["message"].removeprefix("Warning: "), found["hint"] or "")
            for found in REPORT.finditer(result.stderr) if found["path"] == str(file)]


def place_less(line, column, message, hint):
    return (0, 0, message, hint) if PLACELESS.search(message) else (line, column, message, hint)


def told_by_server(client, file, text):
    client.open(file.as_uri(), text)
    while True:
        message = client.read()
        if message.get("method") == "textDocument/publishDiagnostics" and message["params"]["uri"] == file.as_uri():
            break
    lines = text.split("\n")
    told = []
    for diagnostic in message["params"]["diagnostics"]:
        start = diagnostic["range"]["start"]
        units = lines[start["line"]].encode("utf-16-le")[:2 * start["character"]]
        message_text, _, hint = diagnostic["message"].partition("\nhint: ")
        told.append(place_less(start["line"] + 1, len(units.decode("utf-16-le", errors="replace")) + 1, message_text, hint))
    return told


def damaged_sources(folder, count, seed):
    """Damaged classes, in files of their names."""
    texts = fuzz.sources()
    number = 0
    while count > 0:
        number += 1
        text = fuzz.damaged_text(random.Random(seed * 1000003 + number), texts)
        head = HEAD.search(text)
        # Carriage returns end lines for editors, and for the compiler do not; other text modes change on the way.
        if not head or "\r" in text or "\0" in text:
            continue
        directory = folder / str(number)
        directory.mkdir()
        file = directory / f"{head[1]}.som"
        file.write_text(text, encoding="utf-8", newline="")
        count -= 1
        yield file


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--count", type=int, default=150)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    vm = str(pathlib.Path(arguments.vm).resolve())
    compared = with_messages = differing = 0
    with tempfile.TemporaryDirectory() as name:
        files = [file for folder in ("tests/errors", "tests/hints") for file in sorted((ROOT / folder).rglob("*.som"))]
        files.extend(damaged_sources(pathlib.Path(name), arguments.count, arguments.seed))
        for file in files:
            try:
                text = file.read_bytes().decode()
            except UnicodeDecodeError:
                continue  # an editor has no such text
            if "\r" in text:
                continue
            # A server of its own: those of the directories of other files would find their classes, too.
            client = Client(vm)
            command_line, server = told_by_command_line(vm, file), told_by_server(client, file, text)
            client.stop()
            compared += 1
            with_messages += bool(command_line)
            if sorted(command_line) != sorted(server):
                differing += 1
                print(f"{file}:\n  command line: {command_line}\n  server:       {server}")
                if differing <= 3 and ROOT not in file.parents:
                    print(text[:1500])
    print(f"{compared} files, {with_messages} with messages, {differing} differ")
    sys.exit(1 if differing or with_messages < 20 else 0)


if __name__ == "__main__":
    main()
