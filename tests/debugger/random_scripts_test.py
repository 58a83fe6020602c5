#!/usr/bin/python3
"""Random scripts for `som --debug` on many programs: whatever the debugger is told, it ends in order, and a program that is
only looked at prints what it prints without the debugger.

Usage: random_scripts_test.py [--vm PATH] [--count N] [--seed N] [--all]
--all: besides, `continue` alone on every program of tests/language, tests/errors and tests/compiled.
"""

import argparse
import os
import pathlib
import random
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
AWFY = ROOT / "are-we-fast-yet"
LOOKS = ("step", "next", "next", "step", "finish", "continue", "backtrace 8", "up", "down", "frame 1", "list", "info locals", "info args",
         "info fields", "info frame", "info break", "p self", "p 3 + 4", "p thisIsNothing", "p self foo: 1", "p [ :x | x ] value: 2",
         "display self class", "undisplay", "", "p nil foo", "p self hashcode", "list 3", "catch all", "catch none", "help step", "zork")
CHANGES = ("restart frame", "restart frame 1", "set n = 1", "set i = 2", "set count = nil", "p self foo", "run", "p system exit: 3",
           "Object >> zork = ( ^ 42 )", "p nil zork", "reload")


def class_path(program):
    folders = [str(ROOT / "core-lib"), str(program.parent)]
    if AWFY in program.parents:
        folders += [str(AWFY)] + [str(folder) for folder in AWFY.iterdir() if folder.is_dir()]
    return ":".join(folders)


def programs():
    found = [(AWFY / "Harness.som", (name, "1", "1")) for name in ("Bounce", "Permute", "Sieve", "Towers", "Queens", "Storage", "Richards")]
    for folder in ("language", "errors", "compiled"):
        found += [(path, ()) for path in sorted((ROOT / "tests" / folder).glob("*.som")) if is_plain(path)]
    return found


def is_plain(path):
    """Whether it needs no input and no options, and ends by itself within its own means."""
    head = path.read_text(errors="replace")[:2000]
    return not re.search(r"^\s+(stdin|vmargs|cp|env|args|cwd):", head, re.M)


def run(vm, program, arguments, script=None):
    options = [] if script is None else ["--debug"]
    try:
        return subprocess.run([vm, *options, "-cp", class_path(program), str(program), *arguments], input=script or "", cwd=ROOT,
                              capture_output=True, text=True, errors="replace", timeout=120, check=False)
    except subprocess.TimeoutExpired:
        sys.exit(f"{program} does not end; its script:\n{script}")


def breakpoints(chance, program):
    lines = len(program.read_text(errors="replace").splitlines())
    condition = chance.choice(("", "", " if 3 > 2", " if 2 > 3", " if nil foo"))
    return [f"{chance.choice(('break', 'tbreak'))} {program.name}:{chance.randint(1, lines)}{condition}" for _ in range(chance.randint(0, 3))]


def untimed(output):
    """Without what the benchmarks measure."""
    return re.sub(r"\d+us", "us", output)


def check(vm, program, arguments, script, same_output):
    plain = run(vm, program, arguments)
    debugged = run(vm, program, arguments, script)
    problems = []
    if debugged.returncode < 0 or "Check failed" in debugged.stderr or "internal error" in debugged.stderr:
        problems.append(f"it ended with {debugged.returncode}")
    if same_output and (untimed(debugged.stdout), debugged.returncode) != (untimed(plain.stdout), plain.returncode):
        problems.append(f"it printed something else, or had another status ({debugged.returncode}, not {plain.returncode})")
    for problem in problems:
        print(f"FAIL {program} {' '.join(arguments)}: {problem}\n--- script\n{script}\n--- stderr\n{debugged.stderr[-1500:]}")
    return not problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", default=os.environ.get("SOM_VM", str(ROOT / "build/release/som")))
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--all", action="store_true")
    settings, _ = parser.parse_known_args()
    vm = str(pathlib.Path(settings.vm).resolve())
    chance = random.Random(settings.seed)
    everything = programs()
    failed = 0
    if settings.all:
        for program, arguments in everything:
            failed += not check(vm, program, arguments, "catch none\ncontinue\n", True)
    for _ in range(settings.count):
        program, arguments = chance.choice(everything)
        script = breakpoints(chance, program)
        changes = chance.random() < 0.4
        commands = LOOKS + CHANGES if changes else LOOKS
        script += [chance.choice(("continue", "step", "next"))] + [chance.choice(commands) for _ in range(chance.randint(1, 40))]
        # What repeats by an empty line must not be `continue` once more.
        script += ["info break", "delete", "catch none", "undisplay"]
        if changes:
            script += ["quit"]
        else:
            script += ["continue"]
        failed += not check(vm, program, arguments, "\n".join(script) + "\n", not changes)
    print(f"{failed} failed")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
