#!/usr/bin/env python3
"""Feeds malformed sources to the VM: it must end by itself, with status 0 or 1, and say where the trouble is.

    malformed.py --vm PATH --core-lib DIR [--count N] [--seed N] [--keep DIR]

The sources are made from valid ones (the core library and the SOM test suite): cut at token boundaries and
inside tokens, tokens deleted, doubled, exchanged or replaced, bytes overwritten. The seed is fixed, so that a
failure can be repeated. A source must not only be read: it is the program, so its class is compiled and,
should it still be valid, run.

A run passes when it ends within the time limit without a signal, its status is 0 or 1, and with status 1
either stderr has a located message or stdout an ERROR of the library (the source was valid and ran).
Ends with the line `N passed, N failed`; status 1 when one failed.
"""

import argparse
import concurrent.futures
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
TIMEOUT_SECONDS = 10

TOKEN = re.compile(rb"""\s+ | "[^"]*" | '(?:\\.|[^'\\])*' | [0-9]+ | [A-Za-z][A-Za-z0-9_]*:? | := | ----+
                        | [~&|*/\\+=><,@%-]+ | .""", re.VERBOSE | re.DOTALL)
LOCATED = re.compile(r"\S+:\d+:\d+: |File '.+', line \d+, column \d+|File .+, line \d+, column \d+")
STRAY = [b"(", b")", b"[", b"]", b"|", b"^", b".", b":=", b"#", b"#(", b"'", b'"', b"----", b":", b"primitive",
         b"self", b"-", b"||", b";", b"{", b"\\", b"\0", b"\xff", "❤".encode(), b"at:put:", b"1.5", b"="]


def cut_between_tokens(rng, tokens):
    return b"".join(tokens[:rng.randrange(len(tokens))])


def cut_anywhere(rng, tokens):
    text = b"".join(tokens)
    return text[:rng.randrange(len(text))]


def delete_tokens(rng, tokens):
    tokens = list(tokens)
    for _ in range(rng.randint(1, 3)):
        del tokens[rng.randrange(len(tokens))]
    return b"".join(tokens)


def double_token(rng, tokens):
    at = rng.randrange(len(tokens))
    return b"".join(tokens[:at + 1] + [b" "] + tokens[at:])


def exchange_tokens(rng, tokens):
    tokens = list(tokens)
    a, b = rng.randrange(len(tokens)), rng.randrange(len(tokens))
    tokens[a], tokens[b] = tokens[b], tokens[a]
    return b"".join(tokens)


def replace_token(rng, tokens):
    tokens = list(tokens)
    tokens[rng.randrange(len(tokens))] = rng.choice(STRAY)
    return b"".join(tokens)


def insert_token(rng, tokens):
    at = rng.randrange(len(tokens))
    return b"".join(tokens[:at] + [b" ", rng.choice(STRAY), b" "] + tokens[at:])


def overwrite_bytes(rng, tokens):
    text = bytearray(b"".join(tokens))
    for _ in range(rng.randint(1, 8)):
        text[rng.randrange(len(text))] = rng.randrange(256)
    return bytes(text)


def repeat_opening(rng, tokens):
    """Deep nesting, which must not exhaust the parser's stack."""
    at = rng.randrange(len(tokens))
    return b"".join(tokens[:at] + [rng.choice([b"(", b"[", b"#("]) * rng.choice([10, 1000, 100000])]
                    + tokens[at:])


MUTATIONS = [cut_between_tokens, cut_anywhere, delete_tokens, double_token, exchange_tokens, replace_token,
             insert_token, overwrite_bytes, repeat_opening]


def make_cases(count, seed):
    """Answers (class name, description, text) for each case."""
    # The harness is left out: a mutant that is still valid would run all suites.
    sources = sorted((ROOT / "core-lib").glob("*.som"))
    sources += [path for path in sorted((ROOT / "tests/som").glob("*.som")) if path.stem != "TestHarness"]
    rng = random.Random(seed)
    cases = []
    for i in range(count):
        source = rng.choice(sources)
        mutation = MUTATIONS[i % len(MUTATIONS)]
        text = mutation(rng, TOKEN.findall(source.read_bytes()))
        cases.append((source.stem, f"case {i}: {mutation.__name__} of {source.name}", text))
    return cases


def complaint_about(vm, core_lib, case, keep, number):
    name, description, text = case
    with tempfile.TemporaryDirectory(prefix="som-malformed-") as scratch:
        path = Path(scratch) / f"{name}.som"
        path.write_bytes(text)
        try:
            done = subprocess.run(
                [vm, "-cp", f"{core_lib}:{ROOT / 'tests/som'}", str(path)], stdin=subprocess.DEVNULL,
                capture_output=True, cwd=scratch, timeout=TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            problem = f"no end within {TIMEOUT_SECONDS} seconds"
        else:
            err = done.stderr.decode(errors="replace")
            out = done.stdout.decode(errors="replace")
            if done.returncode not in (0, 1):
                problem = f"status {done.returncode}\n{err[-2000:]}"
            elif done.returncode == 1 and not LOCATED.search(err) and "\nERROR: " not in "\n" + out:
                problem = f"status 1 without a location\nstdout: {out[-500:]}\nstderr: {err[-500:]}"
            else:
                return ""
    if keep:
        kept = Path(keep) / f"{number}-{name}.som"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_bytes(text)
        description += f" (kept as {kept})"
    return f"{description}: {problem}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    parser.add_argument("--count", type=int, default=270, help="number of sources (default 270)")
    parser.add_argument("--seed", type=int, default=20240229)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", help="directory that receives the sources that failed")
    options = parser.parse_args()
    vm = str(Path(options.vm).resolve())
    core_lib = str(Path(options.core_lib).resolve())
    cases = make_cases(options.count, options.seed)
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = [pool.submit(complaint_about, vm, core_lib, case, options.keep, number)
                for number, case in enumerate(cases)]
        for run in runs:
            complaint = run.result()
            if complaint:
                failed += 1
                print("FAIL " + complaint, flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
