#!/usr/bin/env python3
"""Programs at and beyond the limits of sizes: each runs, or is told of in an orderly way, soon.

    limits.py --vm PATH --core-lib DIR

Programs are generated: thousands of classes, thousands that inherit from each other, long methods, lines and files, more
literals, variables, arguments and nesting than an instruction can count, files that are none or change. Ends with `N passed, N failed`;
status 1 when one failed.
"""

import argparse
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import threading

TIMEOUT_SECONDS = 110
MANY = 70000  # more than a 16-bit operand counts
NESTING = 10000  # levels in one method
SMALL_STACK = 256 << 10  # of the process; the VM does not depend on it
LEVELS = 10000
CLASSES = 100000
METHOD = '  m{i} = ( | a b | a := {i}. b := a + 1. "' + "." * 60 + '" ^ b )'


def body(text, rest=""):
    return f"( {rest} run = ( {text} ) )"


def names(prefix, count=MANY):
    return " ".join(f"{prefix}{i}" for i in range(count))


def methods(count, separator):
    """So many methods of 110 characters each."""
    return separator.join(METHOD.replace("{i}", str(i)) for i in range(count))


def keywords(form, count):
    return "".join(form.format(i=i) for i in range(count))


def nested(name, opening, closing, behind, output="3\n", rest="", start="", inside="", end="", core="3"):
    """The program NAME, nested as deeply as is possible, and NAMEBeyond, by a level more."""

    def source(levels):
        return body(f"| x | {start}{(opening + inside) * levels}{core}{closing * levels}{behind}{end}", rest)

    return {name: (source(NESTING), 0, output, ""),
            name + "Beyond": (source(NESTING + 1), 1, "", f"Nested more than {NESTING} levels deep")}


# Of programs that need them.
SWITCHES = {"CapturedLocals": ["--nursery", "64KB", "--jit-threshold", "0", "--gc-verify"]}
# name: (source behind the class's name, status, what the output ends with, what the errors contain)
PROGRAMS = {
    "Deep": (f"L{LEVELS - 1} " + body(f"self m0 println. self m{LEVELS - 1} println. self nope"), 1,
             "Method nope not found in class Deep\n", "Deep>>run"),
    "Methods": (body("self m33999 println", "".join(f"m{i} = (\n^ {i}\n)\n" for i in range(34000))), 0, "33999\n", ""),
    "Lines": (body("self m99999 println", "\n" + methods(100000, "\n")), 0, "100000\n", ""),
    "Line": (body("self m99999 println", methods(100000, "")), 0, "100000\n", ""),
    "LongMethod": (body("| a | a := 0. " + " ".join(f"a := a + (#s{i} length)." for i in range(2 * MANY)) + " a println"),
                   0, "868890\n", ""),
    "Classes": (body("| s | s := 0. 1 to: %d do: [:i | s := s + (system resolve: ('C' + i asString) asSymbol) new v ]. "
                     "s println" % CLASSES), 0, f"{CLASSES * (CLASSES + 1) // 2}\n", ""),
    "Missing": ("Absent ( run = ( 3 println ) )", 1, "", "Superclass 'Absent' of class 'Missing' could not be found"),
    "OneLine": (body("nil isNil. " * 400000 + "3 println"), 0,
                "3\n", ""),
    "Integers": (body("| s | s := 0. " + " ".join(f"s := s + {100000 + i}." for i in range(MANY)) + " s println"), 0,
                 "9449965000\n", ""),
    "Strings": (body("| s | " + " ".join(f"s := 'x{i}'." for i in range(MANY)) + " s println"), 0, "x69999\n", ""),
    "Globals": (body(" ".join(f"G{i} isNil." for i in range(MANY)) + " 3 println", "unknownGlobal: g = ( ^ nil )"), 0,
                "3\n", ""),
    "Closures": (body(" ".join(f"[ {i} ] value." for i in range(MANY)) + " 3 println"), 0, "3\n", ""),
    "Elements": (body("#(" + " ".join(map(str, range(3 * MANY))) + ") length println"), 0, "210000\n", ""),
    "Text": (body("'" + "x" * 5000000 + "' length println"), 0, "5000000\n", ""),
    "Digits": (body("(" + "9" * 100000 + ") asString length println"), 0, "100000\n", ""),
    "Jump": (body("true ifTrue: [ " + "nil isNil. " * MANY + " 4 println ]. 5 println"), 0, "4\n5\n", ""),
    "Unary": (body("(3 " + "abs " * MANY + ") println"), 0, "3\n", ""),
    "Binary": (body("(3 " + "+ 1 " * MANY + ") println"), 0, f"{3 + MANY}\n", ""),
    "Name": (body("(self " + "x" * 1000000 + ") println", "x" * 1000000 + " = ( ^ 3 )"), 0, "3\n", ""),
    "Arguments": (body("(self " + keywords("k{i}: {i} ", 300) + ") println",
                       keywords("k{i}: a{i} ", 300) + " = ( ^ a299 )"), 0, "299\n", ""),
    "TooManyArguments": (body("(self " + keywords("k{i}: {i} ", MANY) + ") println",
                              keywords("k{i}: a{i} ", MANY) + " = ( ^ 3 )"), 1, "", "more than 65535 operands"),
    "TooManyLocals": (body(f"| {names('v')} | v69999 := 3. [ v69998 ] value println"), 1, "",
                      "More than 32767 local variables"),
    "TooManyFields": (f"( | {names('v')} | run = ( v69999 := 3 ) )", 1, "", "More than 65535 fields"),
    "JumpBack": (body("| i | i := 0. [ i < 2 ] whileTrue: [ " + "nil isNil. " * MANY + " i := i + 1. i println ]"), 0,
                 "1\n2\n", ""),
    "BlockArguments": (body("[ " + " ".join(f":a{i}" for i in range(300)) + " | 3 ] println"), 1, "",
                       "need a class Block301"),
    "Brackets": (body("(" * MANY + "3" + ")" * MANY), 1, "", "Nested more than 10000 levels deep"),
    "Blocks": (body("[" * MANY + "3" + "]" * MANY), 1, "", "Nested more than 10000 levels deep"),
    "CapturedLocals": (f"( | kept | fill: first = ( | {names('v', 4200)} | v0 := first. "
                       f"kept := [ {' '.join(f'v{i} := {i}.' for i in range(4200))} v0 ]. ^ [ v0 ] ) "
                       "run = ( | s b | s := 0. 1 to: 60 do: [:i | b := self fill: (Array new: 1 withAll: i). "
                       "100 timesRepeat: [ kept := Array new: 30 ]. s := s + (b value at: 1) ]. s println ) )", 0, "1830\n", ""),
    **nested("Parentheses", "(", ")", " println"),
    **nested("Values", "[", "] value", "", f"{NESTING}\n", start="x := 0. ", inside="x := x + 1. ", end=". x println"),
    **nested("Arrays", "#(", ")", f". {NESTING - 1} timesRepeat: [ x := x at: 1 ]. x length println", "0\n", start="x := ",
             core=""),
    **nested("Operators", "(1 + ", ")", " println", f"{NESTING + 3}\n"),
    **nested("Keywords", "(self k: 1 k: ", ")", " println", f"{NESTING + 3}\n", rest="k: a k: b = ( ^ a + b )"),
    **nested("Messages", "(", " abs)", " println"),
    **nested("Jumps", "true ifTrue: [ ", "]", "", f"{NESTING}\n", start="x := 0. ", inside="x := x + 1. ",
             end=". x println"),
    **nested("Loops", "1 to: 1 do: [:i | ", "]", "", f"{NESTING}\n", start="x := 0. ", inside="x := x + i. ",
             end=". x println"),
}


def check(command, status, output, errors):
    """What is wrong with the program's end; nothing if it is as it should be."""
    try:
        done = subprocess.run(command, text=True, capture_output=True, timeout=TIMEOUT_SECONDS, check=False,
                              stdin=subprocess.DEVNULL,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (SMALL_STACK, SMALL_STACK)))
    except subprocess.TimeoutExpired:
        return "has not ended"
    if done.returncode == status and done.stdout.endswith(output) and errors in done.stderr:
        return "" if errors or not done.stderr else f"says {done.stderr[-200:]!r}"
    return f"status {done.returncode}, output {done.stdout[-200:]!r}, errors {done.stderr[-400:]!r}"


class GrowingFile:
    """A class's file that somebody writes to as long as the with statement lasts."""

    def __init__(self, path, beginning):
        self.path, self.beginning = path, beginning
        self.ends = threading.Event()
        self.writer = threading.Thread(target=self._write)

    def _write(self):
        with open(self.path, "a", encoding="utf-8") as file:
            while not self.ends.is_set():
                file.write("growing " * 1000)
                file.flush()

    def __enter__(self):
        self.path.write_text(self.beginning, encoding="utf-8")
        self.writer.start()

    def __exit__(self, *_):
        self.ends.set()
        self.writer.join()


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    options = parser.parse_args()
    failed = passed = 0
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for i in range(LEVELS):
            (folder / f"L{i}.som").write_text(f"L{i} = {f'L{i - 1}' if i else 'Object'} ( m{i} = ( ^ {i} ) )",
                                              encoding="utf-8")
        for name, (source, *_) in PROGRAMS.items():
            (folder / f"{name}.som").write_text(f"{name} = {source}\n", encoding="utf-8")
        os.mkfifo(folder / "Pipe.som")
        (folder / "Directory.som").mkdir()
        (folder / "Bytes.som").write_bytes(bytes(range(256)) * 1000)
        for i in range(1, CLASSES + 1):
            (folder / f"C{i}.som").write_text(f"C{i} = ( v = ( ^ {i} ) )", encoding="utf-8")
        (folder / "Locked.som").write_text("Locked = ( run = ( 3 println ) )", encoding="utf-8")
        (folder / "Locked.som").chmod(0)
        (folder / "Circle.som").symlink_to("Circle.som")
        cases = [(name, *expected) for name, (_, *expected) in PROGRAMS.items()]
        # Nothing is locked for the superuser.
        cases += [("Locked", 0, "3\n", "") if os.geteuid() == 0 else ("Locked", 1, "", "Locked.som': Permission denied"),
                  ("Circle", 1, "", "there is no class 'Circle'")]
        cases += [("Pipe", 1, "", "Traceback"), ("Directory", 1, "", "Directory"), ("Bytes", 1, "", "Bytes.som")]
        with GrowingFile(folder / "Growing.som", 'Growing = ( run = ( 3 println ) ) "'):
            problem = check([options.vm, "-cp", f"{options.core_lib}:{folder}", "Growing"], 0, "3\n", "")
        passed, failed = passed + (not problem), failed + bool(problem)
        if problem:
            print(f"FAIL Growing: {problem}")
        for name, *expected in cases:
            problem = check([options.vm, *SWITCHES.get(name, ()), "-cp", f"{options.core_lib}:{folder}", name], *expected)
            passed, failed = passed + (not problem), failed + bool(problem)
            if problem:
                print(f"FAIL {name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
