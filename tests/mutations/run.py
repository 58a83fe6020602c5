#!/usr/bin/env python3
"""Breaks the compiled tier's rules one by one and expects the tests to notice.

    tests/mutations/run.py [--build DIR] [WORD...]

Works in a copy of the source tree in DIR (default build/mutations), which keeps its objects from one run to the next. With WORDs
only rules that contain one of them are broken. Prints a line for each rule with the test that failed, and as the last line
`N noticed, N not`. Exit status 1 when a broken rule went unnoticed. Takes half a minute a rule: not part of scripts/test.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
COPIED = ["CMakeLists.txt", "cmake", "vm", "compiler", "primitives", "core-lib", "tests", "are-we-fast-yet"]
TIER = [
    "--jit-threshold 0",
    "--jit-threshold 0 --jit-stress-exits 3",
    "--jit-threshold 0 --gc-stress=7",
    "--jit-threshold 1 --jit-stress-inline",
    "--jit-threshold 30",
]


def copy_sources(build):
    """Brings the copy up to date; files that are equal keep their time of change."""
    subprocess.run([str(ROOT / "scripts/bootstrap"), "mutations"], check=False)
    source = build / "source"
    source.mkdir(parents=True, exist_ok=True)
    for name in COPIED:
        subprocess.run(["rsync", "-a", "--checksum", "--delete", str(ROOT / name), str(source)], check=True)
    return source


def make(source, build):
    """Whether the VM could be built."""
    tree = build / "tree"
    if not (tree / "build.ninja").exists():
        subprocess.run(["cmake", "-S", str(source), "-B", str(tree), "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                        "-DSOM_LTO=off", "-DCMAKE_CXX_COMPILER=clang++-19", "-DCMAKE_C_COMPILER=clang-19"],
                       check=True, stdout=subprocess.DEVNULL)
    done = subprocess.run(["cmake", "--build", str(tree), "--target", "som"], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        print(done.stdout[-2000:])
    return done.returncode == 0


def failing(source, vm, rule):
    """The first test that fails, or None."""
    for switches in TIER:
        command = [str(source / "tests/run_expected.py"), "--vm", str(vm), "--core-lib", "core-lib", "--extra-args",
                   "--jit on --jit-verify " + switches, *rule.get("tests", ["tests/compiled"])]
        try:
            done = subprocess.run(command, cwd=source, capture_output=True, text=True, check=False, timeout=900)
        except subprocess.TimeoutExpired:
            return f"an endless program with {switches}"
        for line in done.stdout.splitlines():
            if line.startswith("FAIL "):
                return f"{line[5:]} with {switches}"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "mutations")
    parser.add_argument("words", nargs="*", metavar="WORD")
    options = parser.parse_args()
    if shutil.which("rsync") is None:
        sys.exit("run.py: rsync is not installed")
    rules = json.loads((ROOT / "tests/mutations/rules.json").read_text(encoding="utf-8"))["rules"]
    if options.words:
        rules = [rule for rule in rules if any(word in rule["rule"] for word in options.words)]
    source = copy_sources(options.build)
    vm = options.build / "tree" / "som"
    if not make(source, options.build):
        sys.exit("run.py: the unbroken VM cannot be built")
    noticed = 0
    for rule in rules:
        path = source / rule["file"]
        whole = path.read_text(encoding="utf-8")
        if rule["from"] not in whole:
            print(f"STALE      {rule['rule']}: {rule['file']} no longer has the text to break", flush=True)
            continue
        path.write_text(whole.replace(rule["from"], rule["to"]), encoding="utf-8")
        try:
            seen = failing(source, vm, rule) if make(source, options.build) else None
        finally:
            path.write_text(whole, encoding="utf-8")
        noticed += seen is not None
        print(f"{'noticed   ' if seen else 'UNNOTICED '} {rule['rule']}" + (f": {seen}" if seen else ""), flush=True)
    print(f"{noticed} noticed, {len(rules) - noticed} not")
    return 0 if noticed == len(rules) else 1


if __name__ == "__main__":
    sys.exit(main())
