#!/usr/bin/env python3
"""Compares the listings of docs/jit/example.md with what the VM prints today.

Usage: check_compiled_example.py --vm PATH

Each indented block of the page has to stand, line for line, in the source of the example, in its bytecodes, or in a dump of its graphs,
registers or code. A line `...` in a block stands for lines that are left out. Machine code is compared as the page shows it: an
operation beside its first instruction, and addresses as `...`. Exit status 77 where the VM has no compiled tier.
"""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/jit/example.md"
FIXTURES = ROOT / "tests/cli/fixtures"
LABEL_WIDTH = 21


def run(vm, *arguments):
    """What a run writes to both its streams."""
    return subprocess.run([vm, *arguments], cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
                          check=True).stdout


def dump(vm, what):
    return run(vm, "--jit", "on", "--jit-dump", f"{what}:sumTo:", "-cp", f"core-lib:{FIXTURES}", "Sum")


def beside(code):
    """The listing with each operation in front of its first instruction."""
    lines = []
    label = ""
    for line in re.sub(r"abs \d+", "abs ...", code).splitlines():
        if re.match(r"v\d+ = \w+$", line):
            label = line
        elif line.endswith(":"):
            lines.append(line)
        else:
            lines.append(label.ljust(LABEL_WIDTH) + line)
            label = ""
    return "\n".join(lines)


def texts_of(vm):
    """What blocks of the page may be taken from."""
    source = (FIXTURES / "Sum.som").read_text(encoding="utf-8")
    return [source, run(vm, "-cp", "core-lib", "-d", str(FIXTURES / "Sum.som")), dump(vm, "graph"), dump(vm, "registers"),
            beside(dump(vm, "code"))]


def blocks_of(page):
    """The indented blocks: the number of the first line, and the lines without the indentation."""
    return [(page.count("\n", 0, block.start()) + 1, re.sub("^    ", "", block[0], flags=re.MULTILINE).splitlines())
            for block in re.finditer(r"(?:^    .*\n)+", page, re.MULTILINE)]


def stands_in(lines, text):
    """Whether the parts between lines `...` stand in the text in this order."""
    have = text.splitlines()
    place = 0
    for part in "\n".join(lines).split("\n...\n"):
        wanted = part.split("\n")
        while have[place:place + len(wanted)] != wanted:
            place += 1
            if place + len(wanted) > len(have):
                return False
        place += len(wanted)
    return True


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True)
    vm = str(pathlib.Path(parser.parse_args().vm).resolve())
    if "compiled tier: x86-64" not in run(vm, "--version"):
        return 77
    texts = texts_of(vm)
    blocks = blocks_of(PAGE.read_text(encoding="utf-8"))
    outdated = [(number, lines) for number, lines in blocks if not any(stands_in(lines, text) for text in texts)]
    for number, lines in outdated:
        print(f"{PAGE.relative_to(ROOT)}:{number}: the VM prints something else today\n" + "\n".join("    " + line for line in lines))
    print(f"{len(blocks)} listings, {len(outdated)} outdated")
    return 1 if outdated or not blocks else 0


if __name__ == "__main__":
    sys.exit(main())
