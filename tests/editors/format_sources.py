#!/usr/bin/python3
"""Formats every SOM file of the project, and each again with its layout spoilt: the same tokens and comments, the same bytecodes, and nothing
to change when it is done again.

Usage: format_sources.py --vm PATH [--seed N] [--diff] [FILE...]
--diff shows what formatting changes in the files as they are.
"""

import argparse
import difflib
import pathlib
import random
import re
import subprocess
import sys
import tempfile

from lsp_client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]
FOLDERS = ["core-lib", "are-we-fast-yet", "tests/som"]
PIECE = re.compile(r"""(?P<comment>"[^"]*")|(?P<string>'(?:[^'\\]|\\.)*')|(?P<blanks>\s+)|(?P<text>[^"'\s]+)""", re.DOTALL)
# What tests/som has behind its class is no SOM.
BEHIND_CLASS = "\nText after the closing parenthesis of a class is not read: "
# The line of the source at the beginning of an instruction, and behind the name of a method.
SOURCE_LINE = re.compile(r"^ {2,}\d+ (?= *>? *\d+ )|\(line \d+\)", re.MULTILINE)


def apply(text, edits):
    """The text with edits of the protocol; columns are UTF-16 units."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(position):
        units = lines[position["line"]].encode("utf-16-le")[:2 * position["character"]]
        return starts[position["line"]] + len(units.decode("utf-16-le"))

    for edit in reversed(edits):
        text = text[:offset(edit["range"]["start"])] + edit["newText"] + text[offset(edit["range"]["end"]):]
    return text


def options_for(text):
    """As editors find them: the first line that is indented tells."""
    found = re.search(r"^( +)[^ \n]", PIECE.sub(lambda piece: piece[0] if piece.lastgroup == "blanks" else "x", text), re.MULTILINE)
    return {"tabSize": len(found[1]) if found else 4, "insertSpaces": True}


def formatted(client, uri, text, options):
    client.open(uri, text)
    answer = client.request("textDocument/formatting", {"textDocument": {"uri": uri}, "options": options})
    client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    return apply(text, answer["result"])


def substance(text):
    """All that is not layout. Comments may be moved, and with them the beginnings of their lines."""
    return [re.sub(r"\n[ \t]*", "\n", piece[0]) if piece.lastgroup == "comment" else piece[0]
            for piece in PIECE.finditer(text) if piece.lastgroup != "blanks"]


def joined(text):
    return "".join(substance(text))


def spoilt(text, rng):
    """The same with other blanks and other empty lines. Literal arrays, in which formatting changes nothing, come with it."""
    text, *rest = text.partition(BEHIND_CLASS)
    out = []
    for piece in PIECE.finditer(text):
        blanks = piece[0]
        if piece.lastgroup == "blanks" and "\n" in blanks:
            blanks = rng.choice(["", "  ", "\t"]) + "\n" * rng.choice([blanks.count("\n"), blanks.count("\n"), 5])
            blanks += rng.choice(["", "\t", " " * rng.randrange(12)])
        elif piece.lastgroup == "blanks":
            blanks = rng.choice([" ", "  ", "\t ", blanks])
        out.append(blanks)
    return "".join([*out, *rest])


def bytecodes(vm, path, text):
    """Of the class, compiled where its file is not: its directory is in the class path."""
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / path.name
        file.write_text(text, encoding="utf-8", newline="")
        places = ":".join(map(str, [directory, path.parent, path.parents[1], "are-we-fast-yet/Core", "core-lib"]))
        result = subprocess.run([vm, "-cp", places, "-d", file], cwd=ROOT, text=True, errors="replace", capture_output=True,
                                timeout=60, check=False)
    if result.returncode != 0:
        return None
    return SOURCE_LINE.sub(lambda found: " " * len(found[0]) if found[0][0] == " " else "", result.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--diff", action="store_true")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    vm = str(pathlib.Path(arguments.vm).resolve())
    files = [file.resolve() for file in arguments.files] or [
        file for folder in FOLDERS for file in sorted((ROOT / folder).rglob("*.som"))]
    client = Client(vm)
    failures = changed_files = changed_lines = lines = compared = 0
    for number, file in enumerate(files):
        text = file.read_text(encoding="utf-8")
        expected, options = None, options_for(text)
        for variant in (text, spoilt(text, random.Random(arguments.seed * 1000003 + number))):
            uri = file.as_uri()
            once = formatted(client, uri, variant, options)
            faults = []
            if formatted(client, uri, once, options) != once:
                faults.append("a second time changes something")
            if joined(once) != joined(variant):
                faults.append("tokens or comments have changed")
            if once != text:
                expected = expected or bytecodes(vm, file, text)
                compared += expected is not None
                if expected is not None and bytecodes(vm, file, once) != expected:
                    faults.append("other bytecodes")
            for fault in faults:
                failures += 1
                print(f"{file}{'' if variant is text else ' (spoilt)'}: {fault}")
            if variant is text:
                difference = list(difflib.unified_diff(text.split("\n"), once.split("\n"), str(file), "formatted", lineterm="", n=1))
                lines += text.count("\n")
                changed_files += bool(difference)
                changed_lines += sum(line.startswith("-") and not line.startswith("---") for line in difference)
                if arguments.diff and difference:
                    print("\n".join(difference))
    client.stop()
    print(f"{len(files)} files of {lines} lines: {changed_files} files and {changed_lines} lines change; {compared} compiled; "
          f"{failures} faults")
    sys.exit(1 if failures or (not arguments.files and compared < len(files) // 2) else 0)


if __name__ == "__main__":
    main()
