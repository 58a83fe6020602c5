"""The harness for Jython, which is a Python 2: harness_jython.py NAME ITERATIONS INNER. Time is of the wall clock."""

from __future__ import print_function

import importlib
import sys
import time


def main(name, iterations, inner):
    run = importlib.import_module(name.lower()).run
    for _ in range(iterations):
        start = time.time()
        verified = run(inner)
        microseconds = int((time.time() - start) * 1e6)
        if not verified:
            sys.exit("%s: Benchmark failed with incorrect result" % name)
        print("%s: iterations=1 runtime: %dus" % (name, microseconds))


sys.dont_write_bytecode = True
main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
