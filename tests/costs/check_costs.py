#!/usr/bin/env python3
"""Checks the table of costs in docs/core-library.md: what it calls constant, linear or n log n is.

    tests/costs/check_costs.py --vm build/release/som

For every selector of the table an expression below is evaluated on collections of two sizes, and the
bytecodes that it takes are counted (som --stats=json). A selector in the table without an expression
is an error, and so is an expression for a selector that the table does not have.
"""

import argparse
import json
import math
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SIZES = (500, 8000)

PROGRAM = """Costs = (
    run: args = (
        | n c |
        n := (args at: 2) asInteger.
        %s
        (args at: 3) = 'measured' ifTrue: [ %s ]
    )
)
"""

BUILD = {
    "Array": "c := Array new: n. c doIndexes: [:i | c at: i put: i * 7919 % n ].",
    "Vector": "c := Vector new. 1 to: n do: [:i | c append: i * 7919 % n ].",
    "Set": "c := Set new. 1 to: n do: [:i | c add: i * 7 ].",
    "Dictionary": "c := Dictionary new. 1 to: n do: [:i | c at: 'k' + i asString put: i ].",
    "Hashtable": "c := Hashtable new. 1 to: n do: [:i | c at: 'k' + i asString put: i ].",
}

EXPRESSIONS = {
    "Array": {
        "at:": "c at: n", "at:put:": "c at: n put: 1", "length": "c length", "do:": "c do: [:e | e ]",
        "contains:": "c contains: nil", "indexOf:": "c indexOf: nil",
        "inject:into:": "c inject: 0 into: [:a :b | a + b ]", "collect:": "c collect: [:e | e ]",
        "sort": "c sort",
    },
    "Vector": {
        "at:": "c at: n", "at:put:": "c at: n put: 1", "first": "c first", "last": "c last",
        "append:": "c append: 1", "remove": "c remove", "removeFirst": "c removeFirst", "size": "c size",
        "remove:": "c remove: 3", "insert:at:": "c insert: 1 at: 1", "removeAt:": "c removeAt: 1",
        "contains:": "c contains: nil", "indexOf:": "c indexOf: nil", "do:": "c do: [:e | e ]",
        "sort": "c sort",
    },
    "Set": {
        "add:": "c add: 5", "remove:": "c remove: 7", "contains:": "c contains: 5", "first": "c first",
        "size": "c size", "do:": "c do: [:e | e ]", "union:": "c union: c",
        "isSubsetOf:": "c isSubsetOf: c",
    },
    "Dictionary": {
        "at:": "c at: 'k1'", "at:put:": "c at: 'x' put: 1", "remove:": "c remove: 'k1'",
        "containsKey:": "c containsKey: 'x'", "at:ifAbsent:": "c at: 'x' ifAbsent: 1",
        "at:ifAbsentPut:": "c at: 'x' ifAbsentPut: 1", "size": "c size",
        "containsValue:": "c containsValue: nil", "keyAtValue:": "c keyAtValue: nil",
        "keys": "c keys", "values": "c values", "do:": "c do: [:e | e ]",
    },
    "Hashtable": {
        "get:": "c get: 'k1'", "at:put:": "c at: 'x' put: 1", "remove:": "c remove: 'k1'",
        "containsKey:": "c containsKey: 'x'", "size": "c size", "containsValue:": "c containsValue: nil",
        "keys": "c keys", "values": "c values",
    },
}

# How often more bytecodes the larger size may take.
FACTOR = SIZES[1] / SIZES[0]
BOUNDS = {
    "constant": (0, 3),
    "linear": (FACTOR / 2, FACTOR * 1.5),
    "n log n": (FACTOR * 1.1, FACTOR * 2 * math.log(SIZES[1]) / math.log(SIZES[0])),
}


def table():
    """{class: {selector: cost}} as the page has it."""
    text = (ROOT / "docs/core-library.md").read_text(encoding="utf-8")
    section = text.split("### Costs\n", 1)[1].split("\n#", 1)[0]
    costs = {}
    for name, cost, selectors in re.findall(r"^\| (\w+) \| ([\w ]+) \| (.*) \|$", section, re.M):
        for selector in re.findall(r"`([^`]+)`", selectors):
            costs.setdefault(name, {})[selector] = cost
    return costs


def bytecodes(vm, program, size, measured):
    command = [vm, "--stats=json", "-cp", f"{ROOT}/core-lib", program, str(size), measured]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return sum(json.loads(done.stderr)["opcodes"].values())


def factor(vm, directory, name, expression):
    program = pathlib.Path(directory) / "Costs.som"
    program.write_text(PROGRAM % (BUILD[name], expression), encoding="utf-8")
    counts = [bytecodes(vm, program, n, "measured") - bytecodes(vm, program, n, "built") for n in SIZES]
    return counts[1] / max(counts[0], 1)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--vm", required=True)
    vm = parser.parse_args().vm
    costs = table()
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        for name, expressions in EXPRESSIONS.items():
            if set(expressions) != set(costs.get(name, {})):
                print(f"{name}: in the table or here only: {set(expressions) ^ set(costs.get(name, {}))}")
                failures += 1
                continue
            for selector, expression in expressions.items():
                cost = costs[name][selector]
                seen = factor(vm, directory, name, expression)
                low, high = BOUNDS[cost]
                if not low <= seen <= high:
                    print(f"{name}>>{selector} is said to be {cost}: {FACTOR:g} times the size takes "
                          f"{seen:.1f} times the bytecodes")
                    failures += 1
    print(f"{failures} wrong")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
