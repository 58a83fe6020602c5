#!/usr/bin/python3
"""Runs the loop programs of this directory with each way of running loops, under switches that loops meet."""

import argparse
import itertools
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAMS = ["native_loops.som", "native_loop_errors.som", "library_with_own_loops.som",
            "library_with_own_value.som"]
STRATEGIES = ["library", "primitive", "rewritten", "inlined"]
OTHERS = ["", "--gc-stress", "--inline-control off", "--dispatch goto", "--dispatch switch",
          "--quicken off", "--inline-cache none", "--superinstructions off", "--doubles boxed"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    options = parser.parse_args()
    programs = [str(ROOT / "tests/language" / program) for program in PROGRAMS]
    failed = 0
    for strategy, other in itertools.product(STRATEGIES, OTHERS):
        switches = f"--loops {strategy} {other}"
        run = subprocess.run(
            [sys.executable, ROOT / "tests/run_expected.py", "--vm", options.vm, "--core-lib",
             options.core_lib, "--extra-args", switches, *programs],
            capture_output=True, text=True, cwd=ROOT, timeout=600, check=False)
        if run.returncode != 0 or f"{len(programs)} passed, 0 failed" not in run.stdout:
            failed += 1
            print(f"with {switches}:\n{run.stdout}{run.stderr}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
