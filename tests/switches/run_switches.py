#!/usr/bin/python3
"""Runs the same programs under many combinations of the VM's switches.

The switches choose how a program is executed, never what it does: stdout and exit status must be those of
the default configuration. By default the combinations are a pairwise covering set: every two values of
every two switches meet in at least one of them. With --full it is the whole product (hours).

Usage: run_switches.py --vm PATH [--dispatch switch,goto,tail] [--full] [--jobs N] [PROGRAM...]
PROGRAM selects programs by a part of their name. Exit status 1 when any output differs.
"""

import argparse
import concurrent.futures
import itertools
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TIMEOUT_SECONDS = 120

SWITCHES = {
    "--dispatch": ["switch", "goto", "tail"],
    "--inline-cache": ["none", "global", "mono", "poly"],
    "--loops": ["library", "primitive", "rewritten", "inlined"],
    "--quicken": ["on", "off"],
    "--superinstructions": ["on", "off"],
    "--inline-control": ["on", "off"],
    "--doubles": ["immediate", "boxed"],
    "--jit": ["off", "on"],
    "--jit-threshold": ["0", "400"],
}

AWFY = "are-we-fast-yet"
AWFY_FOLDERS = ["", "/Core", "/CD", "/DeltaBlue", "/Havlak", "/Json", "/NBody", "/Richards"]
AWFY_SIZES = {
    "Bounce": 1, "CD": 2, "DeltaBlue": 1, "Json": 1, "List": 1, "Mandelbrot": 1, "NBody": 1,
    "Permute": 1, "Queens": 1, "Richards": 1, "Sieve": 1, "Storage": 1, "Towers": 1,
}


def programs():
    """(name, VM arguments after the switches) of each program, paths relative to the source root."""
    found = []
    if (ROOT / "tests/som/TestHarness.som").exists():
        found.append(("som-suite", ["-cp", "core-lib:tests/som", "tests/som/TestHarness.som"]))
        found.append(
            ("som-suite-own", ["-cp", "core-lib:tests/som", "tests/som/TestHarness.som", "--own"]))
    for path in sorted((ROOT / "core-lib/Examples").glob("*.som")):
        relative = path.relative_to(ROOT).as_posix()
        found.append((f"example-{path.stem}", ["-cp", "core-lib:core-lib/Examples", relative]))
    if (ROOT / AWFY / "Harness.som").exists():
        class_path = ":".join([AWFY + folder for folder in AWFY_FOLDERS] + ["core-lib"])
        for name, inner in AWFY_SIZES.items():
            # Through the verifying entry point, without the harness's times, which differ each run.
            verify = f"({name} new innerBenchmarkLoop: {inner}) println"
            found.append((f"awfy-{name}", ["-cp", class_path, "-e", verify]))
    return found


def full_product(switches):
    names = list(switches)
    return [dict(zip(names, values)) for values in itertools.product(*switches.values())]


def pairwise_covering(switches):
    """A small set of combinations in which every two values of every two switches meet.

    Greedy: each new combination starts from an uncovered pair, then takes for every other switch the
    value that covers most of the pairs still open. Deterministic.
    """
    names = list(switches)
    open_pairs = {
        ((a, x), (b, y))
        for a, b in itertools.combinations(names, 2)
        for x in switches[a]
        for y in switches[b]
    }

    def pair(a, x, b, y):
        return ((a, x), (b, y)) if names.index(a) < names.index(b) else ((b, y), (a, x))

    combinations = []
    while open_pairs:
        (a, x), (b, y) = min(open_pairs)
        chosen = {a: x, b: y}
        for name in sorted(set(names) - {a, b}, key=lambda n: (-len(switches[n]), names.index(n))):
            chosen[name] = max(
                switches[name],
                key=lambda value: sum(
                    pair(name, value, other, chosen[other]) in open_pairs for other in chosen))
        for first, second in itertools.combinations(names, 2):
            open_pairs.discard(((first, chosen[first]), (second, chosen[second])))
        combinations.append({name: chosen[name] for name in names})
    return combinations


def execute(vm, options, arguments):
    """(exit status or 'timeout', stdout, stderr) of one run."""
    try:
        result = subprocess.run(
            [vm, *options, *arguments], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return "timeout", b"", b""
    return result.returncode, result.stdout, result.stderr


def first_difference(expected, actual):
    for number, (want, got) in enumerate(
            itertools.zip_longest(expected.splitlines(), actual.splitlines()), 1):
        if want != got:
            return f"line {number}: expected {want!r}, got {got!r}"
    return "line ends differ"


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True, help="path of the som executable")
    parser.add_argument("--dispatch", default=",".join(SWITCHES["--dispatch"]),
                        help="the dispatch techniques that this build has, comma-separated")
    parser.add_argument("--full", action="store_true", help="all combinations, not a covering set")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="runs at a time")
    parser.add_argument("--list", action="store_true", help="print the combinations as JSON and stop")
    parser.add_argument("programs", nargs="*", metavar="PROGRAM", help="part of a program's name")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    switches = dict(SWITCHES)
    switches["--dispatch"] = arguments.dispatch.split(",")
    combinations = full_product(switches) if arguments.full else pairwise_covering(switches)
    if arguments.list:
        print(json.dumps(combinations, indent=2))
        return 0

    vm = str(pathlib.Path(arguments.vm).resolve())
    chosen = [
        program for program in programs()
        if not arguments.programs or any(part in program[0] for part in arguments.programs)
    ]
    if not chosen:
        print("no such program", file=sys.stderr)
        return 2

    failures = 0
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        references = dict(zip(
            [name for name, _ in chosen],
            pool.map(lambda program: execute(vm, [], program[1]), chosen)))
        # A program that fails by default proves nothing about the switches.
        for name, (status, _, stderr) in references.items():
            if status != 0:
                failures += 1
                print(f"FAILED {name}: default run ended with status {status}\n"
                      f"  {stderr.decode(errors='replace').strip()[-500:]}")

        runs = [(program, combination) for program in chosen for combination in combinations]

        def run(item):
            (_, program_arguments), combination = item
            options = [word for switch in combination.items() for word in switch]
            return execute(vm, options, program_arguments)

        for ((name, _), combination), (status, stdout, stderr) in zip(runs, pool.map(run, runs)):
            want_status, want_stdout, _ = references[name]
            if (status, stdout) == (want_status, want_stdout):
                continue
            failures += 1
            reason = (f"status {status}, expected {want_status}" if status != want_status
                      else first_difference(want_stdout, stdout))
            words = " ".join(word for switch in combination.items() for word in switch)
            print(f"FAILED {name}: {words}\n  {reason}\n"
                  f"  {stderr.decode(errors='replace').strip()[-500:]}")

    total = len(chosen) * (len(combinations) + 1)
    print(f"{len(chosen)} programs, {len(combinations)} combinations")
    print(f"{total - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
