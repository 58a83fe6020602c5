#!/usr/bin/env python3
"""Checks that TestHarness.som knows every suite in tests/som, so that none is silently left out."""

import argparse
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    options = parser.parse_args()
    listed = subprocess.run(
        [options.vm, "-cp", f"{options.core_lib}:tests/som", "tests/som/TestHarness.som", "--list"],
        capture_output=True, text=True, cwd=ROOT, timeout=60, check=True).stdout.split()
    present = sorted(path.stem for path in (ROOT / "tests/som").glob("*Test.som"))
    if sorted(listed) != present:
        print("not listed:", sorted(set(present) - set(listed)))
        print("listed, but absent:", sorted(set(listed) - set(present)))
        sys.exit(1)


if __name__ == "__main__":
    main()
