#!/usr/bin/env python3
"""Programs that take themselves to pieces by reflection: none corrupts the VM, and all tiers agree on what happens.

    reflection.py --vm PATH --core-lib DIR [--seed N] [--count N]

Each program, made from a seed, stores anything into any field of collections, of its own objects, of classes and of `system`
(instVarAt:put:), puts methods in place of others while they run (methods at:put:, --strict), invokes any method on
anything (invokeOn:with:), and uses what is left. The steps are inputs of the shell, which goes on behind an error. It must
reach its end, interpreted and compiled, with the same output and the same messages. Ends with `N passed, N failed`; status 1 when one failed.
"""

import argparse
import pathlib
import random
import subprocess
import sys
import tempfile

TIMEOUT_SECONDS = 60
TIERS = (["--jit", "off"], ["--jit-threshold", "0"], ["--jit-threshold", "2", "--jit-stress-inline"],
         ["--jit-threshold", "1", "--gc-stress=5", "--gc-verify"], ["--jit", "off", "--dispatch", "switch", "--inline-cache", "none"])
OBJECTS = ("vector", "set", "dictionary", "other", "torn", "Torn", "Half", "Vector", "system", "pair", "Torn class", "3", "'text'",
           "array", "block", "nil", "Object", "Dictionary", "method", "1 << 90", "2.5", "#symbol")
VALUES = ("nil", "-1", "3", "1 << 62", "1 << 90", "2.5", "'text'", "#symbol", "array", "vector", "set", "torn", "other", "block",
          "Torn", "Object", "true", "(Array new: 3)", "(Array new: 8 withAll: 7)", "system", "method", "dictionary")
CLASSES = ("Torn", "Half", "Torn", "Half", "Vector", "Set", "Dictionary", "Torn class", "Pair", "Object", "Integer", "Array", "String")
USES = ("vector append: 4", "vector size println", "(vector at: 1) println", "vector do: [:e | e println ]", "set add: 5",
        "(set contains: #a) println", "set size println", "dictionary at: #k put: 9", "(dictionary at: 1) println", "dictionary size println",
        "dictionary keys println", "other count: 5", "(other sum: 4) println", "(torn sum: 5) println", "(torn grow: 3) println",
        "(other leave: array) println", "torn asString println", "vector asArray length println", "torn count println", "torn use: other", "torn copyTo: vector",
        "(vector collect: [:e | e ]) size println", "vector remove println", "(set collect: [:e | e ]) size println", "pair key println",
        "system fullGC", "3 to: 5 do: [:i | (i + torn count) println ]", "(torn class methods at: 1) signature println",
        "(Torn new sum: 3) println", "torn rewrite", "torn rewriteLoop", "[ other rewrite ] value", "torn sum: 2. torn rewriteLoop. torn sum: 2")
# What finds keys, whose fields the VM trusts only as far as it looks at them.
INDEXES = ("small", "large", "texts", "keys")
INDEX_FIELDS = 8
INDEX_VALUES = ("nil", "-1", "0", "1", "2", "39", "40", "64", "1 << 30", "1 << 60", "(1 << 61) - 1", "(1 << 61) negated", "1 << 62", "2.5", "array", "small",
                "(Array new: 3)", "(Array new: 128 withAll: 0)", "(small instVarAt: {f})", "(large instVarAt: {f})", "(texts instVarAt: {f})",
                "(keys instVarAt: {f})", "(large instVarAt: 3)", "(small instVarAt: 3)")
INDEX_USES = ("{d} at: {k} put: 1", "({d} at: {k}) println", "{d} remove: {k}", "({d} containsKey: {k}) println", "{d} size println", "({d} at: {k}) println",
              "1 to: 70 do: [:i | {d} at: i put: i ]", "1 to: 30 by: 2 do: [:i | {d} remove: i ]", "{d} keysDo: [:each | each class ]", "{d} values size println",
              "set add: {k}", "(set contains: {k}) println", "set remove: {k}", "table at: #k put: {k}", "(table at: #k) println",
              "1 to: 50 do: [:i | set add: i asString asSymbol ]")
INDEX_KEYS = ("1", "3", "40", "41", "1 << 40", "#a", "'a'", "nil", "2.5", "1 << 70", "torn")
# In front of the steps.
BEGINNING = """vector := Vector new. vector append: 1. vector append: #a
set := Set new. set add: #a
dictionary := Dictionary new. dictionary at: 1 put: 2
array := #(1 2 3)
torn := Torn new. torn count: 0
other := Half new. other fill: torn
pair := Pair withKey: 1 andValue: 2
block := [:x | torn count: x ]
method := Torn methods at: 1
1 to: 3 do: [:i | torn sum: i. other sum: i ]
big := Dictionary new. 1 to: 40 do: [:i | big at: i put: i ]
words := Dictionary new. 1 to: 40 do: [:i | words at: i asString put: i ]
1 to: 20 do: [:i | set add: i asString asSymbol ]
table := Hashtable new. 1 to: 20 do: [:i | table at: i asString put: i ]
small := dictionary instVarAt: 1. large := big instVarAt: 1. texts := words instVarAt: 1. keys := set instVarAt: 1
"""
# In front of the steps of every fourth program about keys: so many that they lie in chunks.
MANY_KEYS = """vast := Dictionary new. 1 to: 140000 do: [:i | vast at: i put: i ]
crowd := Set new. 1 to: 265000 do: [:i | crowd add: i ]
chunks := vast instVarAt: 1. members := crowd instVarAt: 1
"""
MANY_INDEXES = ("chunks", "members")
MANY_VALUES = ("(chunks instVarAt: {f})", "(members instVarAt: {f})", "(chunks instVarAt: 3)", "140000", "262144", "131072", "131077", "1 << 18", "393216")
MANY_USES = ("vast at: 139999 put: {k}", "(vast at: 139999) println", "vast remove: 131073", "(crowd contains: 264999) println", "crowd add: {k}",
             "crowd remove: 262145", "1 to: 300000 by: 997 do: [:i | vast at: i put: i ]", "1 to: 300000 by: 997 do: [:i | crowd add: i ]",
             "1 to: 139000 do: [:i | vast remove: i ]", "140001 to: 263000 do: [:i | vast at: i put: array ]", "vast size println")
STEPS = 60
CUT_OFF = ("Time limit reached", "Out of memory", "Stack overflow")


def program(seed):
    """The sources of a program, by class, and the inputs."""
    choose = random.Random(seed).choice
    number = random.Random(seed + 1).randint

    has_many = seed % 8 == 0

    def index_step():
        index = choose(INDEXES + MANY_INDEXES * 3 * has_many)
        field = number(1, INDEX_FIELDS)
        if number(0, 5) == 0:
            return f"{index} instVarAt: {field} put: {choose(INDEX_VALUES + MANY_VALUES * 2 * has_many).format(f=field)}"
        return choose(INDEX_USES + MANY_USES * 3 * has_many).format(d=choose(("dictionary", "big", "words")), k=choose(INDEX_KEYS))

    def step():
        if seed % 2 == 0:
            return index_step()
        kind = number(0, 11)
        if kind < 3:
            return f"({choose(OBJECTS)}) instVarAt: {number(1, 4)} put: {choose(VALUES)}"
        if kind < 5:
            return f"{choose(CLASSES)} methods at: {number(1, 8)} put: ({choose(CLASSES)} methods at: {number(1, 8)})"
        if kind < 6:
            array = choose(("#()", "(Array new: 1 withAll: {v})", "(Array new: 2 withAll: {v})")).format(v=choose(VALUES))
            return f"(({choose(CLASSES)} methods at: {number(1, 8)}) invokeOn: ({choose(OBJECTS)}) with: {array}) class println"
        return choose(USES)

    def swap():
        one, other = choose((("Torn", "Torn"), ("Half", "Torn"), ("Half", "Half")))
        same = choose(((1, 2), (2, 1), (1, 1), (2, 2), (5, 6), (6, 5), (7, 7), (3, 2)))
        return f"{one} methods at: {same[0]} put: ({other} methods at: {same[1]})"

    torn = f"""Torn = (
  | vector count extra array |
  sum: n = ( | s | s := 0. 1 to: n do: [:i | s := s + i + (self one: i) ]. ^ s )
  one: i = ( i = 2 ifTrue: [ self rewrite ]. ^ i * 2 )
  grow: n = ( | b | b := [:k | count := count + k. self one: k ]. 1 to: n do: b. ^ count )
  leave: all = ( all do: [:each | each = 3 ifTrue: [ ^ each ]. vector append: each ]. ^ nil )
  count = ( ^ count )
  rewrite = ( {swap()}. ^ self )
  count: n = ( count := n )
  rewriteLoop = ( 1 to: 6 do: [:i | {swap()}. self one: i. {swap()}. count := (self one: i) ] )
  use: o = ( ^ [ o sum: 3 ] value + (o instVarAt: 2) )
  copyTo: v = ( vector := v. array := v asArray )
)
"""
    half = """Half = Torn (
  sum: n = ( extra := n. ^ (super sum: n) + extra )
  one: i = ( extra := i. ^ [ extra + i ] value )
  fill: torn = ( vector := Vector new. count := 1. array := #(3 4). extra := torn )
  extra = ( ^ extra )
  extra: e = ( extra := e )
)
"""
    beginning = BEGINNING + MANY_KEYS * has_many
    return {"Torn": torn, "Half": half}, beginning + "".join(f"{step()}\n" for _ in range(STEPS)) + "'the end' println\n"


def end_of(command, inputs):
    """How a run ends: status, output, the messages. None: not in time."""
    try:
        done = subprocess.run(command, input=inputs.encode(), capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return None
    errors = done.stderr.decode("utf-8", "replace").splitlines()
    return done.returncode, done.stdout.decode("utf-8", "replace"), [line for line in errors if not line.startswith(" ")]


def difference(one, other):
    """The first lines in which two ends differ."""
    for mine, its in ((one[1].splitlines(), other[1].splitlines()), (one[2], other[2])):
        for i, (a, b) in enumerate(zip(mine + ["(end)"], its + ["(end)"])):
            if a != b:
                return f"line {i + 1}: {a!r}\n  but {b!r}"
    return f"{one[0]} but {other[0]}"


def problem(vm, core_lib, folder, inputs):
    """What is wrong with how the program ends; nothing if it ends in order and alike everywhere."""
    ends = []
    for tier in TIERS:
        # What has been made endless, or is doubled too often, is ended by these limits.
        limits = ["--strict", "-H64MB", "--stack", "1MB", "--timeout", "2"]
        end = end_of([vm, *limits, *tier, "-cp", f"{folder}:{core_lib}"], inputs)
        if end is None:
            return f"{' '.join(tier)}: has not ended"
        # The last input need not print: the programs also change what Strings understand.
        if end[0] not in (0, 1) or any("internal error" in line for line in end[2]):
            return f"{' '.join(tier)}: status {end[0]}: {end[1][-200:]} {end[2][-3:]}"
        ends.append(end)
    if any(message in line for end in ends for line in end[2] for message in CUT_OFF):
        return ""  # where it is cut off is no matter of the program
    for tier, end in zip(TIERS, ends):
        if end != ends[0]:
            return f"{' '.join(TIERS[0])} and {' '.join(tier)}: {difference(ends[0], end)}"
    return ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=100)
    options = parser.parse_args()
    failed = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(options.seed, options.seed + options.count):
            sources, inputs = program(seed)
            for name, text in sources.items():
                pathlib.Path(folder, f"{name}.som").write_text(text, encoding="utf-8")
            if found := problem(options.vm, options.core_lib, folder, inputs):
                failed += 1
                print(f"FAIL --seed {seed} --count 1: {found}", flush=True)
    print(f"{options.count - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
