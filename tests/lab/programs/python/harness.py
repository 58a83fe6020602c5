"""Runs a program of this folder as the SOM suite's harness would: harness.py NAME ITERATIONS INNER.

A program is a module (the name in lower case) whose `run` takes the inner value and answers whether the
result is right. Time is processor time, as in the Lua harness.
"""

import importlib
import sys
import time


def main(name, iterations, inner):
    sys.setrecursionlimit(20000)
    run = importlib.import_module(name.lower()).run
    for _ in range(iterations):
        start = time.process_time_ns()
        verified = run(inner)
        microseconds = (time.process_time_ns() - start) // 1000
        if not verified:
            sys.exit(f"{name}: Benchmark failed with incorrect result")
        print(f"{name}: iterations=1 runtime: {microseconds}us")


sys.dont_write_bytecode = True
main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
