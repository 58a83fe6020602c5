#!/usr/bin/env python3
"""Programs in which one allocation fails, each of theirs in turn: an orderly error, or the program's own output.

    exhaustion.py --vm PATH --core-lib DIR [--runs N] [--all]

`--gc-fail-at N` has the N-th allocation report that the heap's limit is reached. The allocations of each program are
sampled: N runs a program and tier, the early ones (start-up) and the last ones more densely; --all takes every one.
Ends with `N passed, N failed`; status 1 when one failed.
"""

import argparse
import os
import pathlib
import random
import subprocess
import sys
import tempfile

TIMEOUT_SECONDS = 120
TIERS = (["--jit", "off"], ["--jit-threshold", "0"], ["--jit", "off", "--gc-stress=7"],
         ["--doubles", "boxed", "--jit-threshold", "2"])
OUT_OF_MEMORY = ("Out of memory: live objects exceed the heap limit.", "Out of memory.")
DENSE = 12  # at the beginning and at the end

# name: (source, status, last line of the errors). What it prints is taken from a run in which nothing fails.
PROGRAMS = {
    "Classes": ("( run = ( FirstPart new run println. (SecondPart new: 3) run println. Set new println ) )", 0, ""),
    "Strings": ("""( run = ( | s | s := ''. 1 to: 40 do: [:i | s := s + i asString + 'é' ].
                   s length println. (s substringFrom: 3 to: 30) println. s asSymbol println. s asUppercase println.
                   (s indexOf: '25') println. s reversed println. ('a,b,c' split: ',') println ) )""", 0, ""),
    "Integers": ("""( run = ( | n | n := 1. 1 to: 60 do: [:i | n := n * i ]. n println. (n / 3) println. (n % 1000007) println.
                    (n << 300) sqrt println. n negated abs asString length println. (n // 7) println. (n bitXor: n / 5) println.
                    (Integer fromString: n asString) println. n asDouble println ) )""", 0, ""),
    "Doubles": ("""( run = ( | d | d := 1.5. 1 to: 50 do: [:i | d := d * 1.1 + i asDouble ]. d println. d sqrt println.
                   d round println. (1 to: 20) asString length println ) )""", 0, ""),
    "Closures": ("""( | f | run = ( | blocks n | blocks := Array new: 20. 1 to: 20 do: [:i | blocks at: i put: [:x | n := x + i. [ n + i ] ] ].
                    blocks do: [:b | f := (b value: 2) value ]. f println. (self leave: 7) println. self deep: 50 ) 
                    leave: x = ( #(1 2 3) do: [:e | e = 2 ifTrue: [ ^ [:y | y + x ] value: e ] ]. ^ 0 )
                    deep: n = ( n > 0 ifTrue: [ [ self deep: n - 1 ] value ] ) )""", 0, ""),
    "Arrays": ("""( run = ( | a v d | a := Array new: 50 withAll: [ Object new ]. a length println. (a copy at: 3) class println.
                  v := Vector new. 1 to: 60 do: [:i | v append: i * i ]. (v inject: 0 into: [:x :y | x + y ]) println.
                  d := Dictionary new. 1 to: 40 do: [:i | d at: i asString put: (Array new: i) ]. d size println.
                  (Array new: 40000) length println. (a collect: [:e | e hashcode ]) length println.
                  (Array new: 30 withAll: 3) asString println ) )""", 0, ""),
    "Reflective": ("""( | x | run = ( self class methods length println. (self class methods at: 1) signature println.
                      (self perform: #with:and: withArguments: #(3 4)) println. self instVarAt: 1 put: 'x' + 'y'. x println.
                      (self noSuch: 1 message: 2) println. NoSuchGlobal println )
                      with: a and: b = ( ^ a * b ) doesNotUnderstand: s arguments: a = ( ^ s + a asString )
                      unknownGlobal: g = ( ^ 'unknown ' + g ) )""", 0, ""),
    "Error": ("""( run = ( 'begun' println. #(1 2) do: [:e | (Array new: e) at: e put: self go ] ) go = ( ^ [ nil foo: 1 bar: 'x' + 'y' ] value ) )""",
              1, ""),
    "Failure": ("( run = ( 'begun' println. (Array new: 2 + 'ab' length) at: 9 ) )", 1, "Index 9 not valid for array of length 4."),
    "Recursion": ("( run = ( 'begun' println. self go: 1 ) go: n = ( ^ (self go: n + 1) + 1 ) )", 1,
                  "Stack overflow: too many nested activations."),
}
PARTS = {
    "FirstPart": "FirstPart = SecondPart ( | a b | run = ( a := #(1 2 #three 'four'). b := #four. ^ super run + a length ) )",
    "SecondPart": "SecondPart = ( | size | setSize: n = ( size := n ) run = ( ^ size isNil ifTrue: [ 0 ] ifFalse: [ size ] )\n"
                  "---- | made | new: n = ( | s | made := 3. s := self new. s setSize: n. ^ s ) )",
}
# The shell goes on behind an error: the last input is answered in any case.
SHELL_INPUTS = "x := 3\nv := Vector new\n1 to: 30 do: [:i | v append: i asString + 'x' ]\nFoo = ( bar = ( ^ [:a | a * 2 ] ) )\n" \
               "(Foo new bar value: 1 << 70) println\nsystem load: #Set\n'last' println\n'very last' println\n"


class Run:
    """A way to run a program, and what it says when nothing fails."""

    def __init__(self, command, text="", status=0, last_error=""):
        self.command, self.text, self.is_shell = command, text, bool(text)
        self.noticed = 0
        self.usual = self.with_failure(0)
        errors = self.usual.stderr.splitlines()
        if self.usual.returncode != status or (last_error and errors[-1] != last_error):
            raise SystemExit(f"{command} fails by itself: {self.usual}")

    def with_failure(self, number):
        option = ["--gc-fail-at", str(number)] if number else []
        return subprocess.run([self.command[0], *option, *self.command[1:]], input=self.text, text=True, capture_output=True,
                              timeout=TIMEOUT_SECONDS, check=False)

    def is_usual(self, done):
        return (done.returncode, done.stdout, done.stderr) == (self.usual.returncode, self.usual.stdout, self.usual.stderr)

    def problem(self, number):
        """What is wrong when allocation `number` fails; nothing if it ends in order."""
        done = self.with_failure(number)
        if self.is_usual(done):
            return ""
        self.noticed += 1
        lines = done.stderr.splitlines() or [""]
        told = [i for i, line in enumerate(lines) if line in OUT_OF_MEMORY]
        if self.is_shell and done.returncode == 0 and told and done.stdout.endswith("last\n"):
            return ""
        if done.returncode == 1 and told == [len(lines) - 1] and self.usual.stdout.startswith(done.stdout) \
                and (lines[0].startswith("Traceback") or len(lines) == 1):
            return ""
        return f"status {done.returncode}, output {done.stdout[-300:]!r}, errors {done.stderr[-500:]!r}"

    def allocations(self):
        """About how many there are: from which number on a failure is not noticed."""
        high = 64
        while not self.is_usual(self.with_failure(high)):
            high *= 2
        low = high // 2
        while high - low > max(1, high // 500):
            middle = (low + high) // 2
            low, high = (low, middle) if self.is_usual(self.with_failure(middle)) else (middle, high)
        return high


def sample(count, runs):
    """Numbers from 1 to a bit more than `count`."""
    last = count + 3
    if not runs or last <= runs:
        return range(1, last)
    dense = min(DENSE, runs // 4)
    ends = {*range(1, dense + 1), *range(last - dense, last + 1)}
    return sorted(ends | set(random.Random(last).sample(range(1, last), runs - len(ends))))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    parser.add_argument("--runs", type=int, default=60)
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    vm = os.path.abspath(options.vm)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, source in [*PARTS.items(), *((name, f"{name} = {source}") for name, (source, *_) in PROGRAMS.items())]:
            (folder / f"{name}.som").write_text(source + "\n", encoding="utf-8")
        path = ["-cp", f"{folder}:{options.core_lib}"]
        for tier in TIERS:
            # A small stack: that it is used up is to take little time.
            base = [vm, *tier, "--stack", "256KB", *path]
            runs = {name: Run([*base, name], "", *expected) for name, (_, *expected) in PROGRAMS.items()}
            runs["shell"] = Run(base, SHELL_INPUTS)
            for name, run in runs.items():
                numbers = sample(run.allocations(), 0 if options.all else options.runs)
                problems = {number: problem for number in numbers if (problem := run.problem(number))}
                if run.noticed < len(numbers) / 2:
                    problems["N"] = f"{run.noticed} of {len(numbers)} failures were noticed"
                for number, problem in problems.items():
                    print(f"FAIL {name} {' '.join(tier)} --gc-fail-at {number}: {problem}", flush=True)
                passed, failed = passed + len(numbers) - len(problems), failed + len(problems)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
