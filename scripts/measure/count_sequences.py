"""The command line of scripts/count-sequences: which bytecodes follow each other in the benchmarks.

The counts are those of `som --stats=json`. Superinstructions are off, so that what is counted are the
sequences they could be made for. Each benchmark has the same weight, however long it runs.
"""

import argparse
import json
import tempfile
from pathlib import Path

from measure import harness_log, paths, process, report, session, suites, vms

_KINDS = ("opcodes", "pairs", "triples")


def parser():
    """The argument parser."""
    result = argparse.ArgumentParser(
        prog="count-sequences",
        description="Counts the bytecodes, pairs and triples that the benchmarks execute, in percent of "
                    "all; the candidates for superinstructions.",
        epilog="exit status: 0 all benchmarks ran, 1 one failed, 2 wrong use")
    add = result.add_argument
    add("names", nargs="*", metavar="NAME", help="benchmarks or groups; default: all")
    add("--suite", choices=suites.NAMES, default="both")
    add("--size", choices=suites.SIZES, default="small", help="problem sizes (default small)")
    add("--rows", type=int, default=20, metavar="N", help="of each table (default 20)")
    add("--vm", metavar="NAME=COMMAND", help="count this VM instead of som")
    add("--timeout", type=float, default=600, metavar="S", help="for one benchmark (default 600 s)")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    vm = vms.parse(options.vm) if options.vm else vms.Vm(vms.SOM, [str(paths.release_vm())])
    chosen = suites.select(suites.load(options.suite), options.names)
    shares, failed = _count_all(vm, chosen, options)
    for kind in _KINDS:
        print("\n".join(_table(kind, shares[kind], options.rows)) + "\n")
    print("\n".join([*failed, f"{len(chosen) - len(failed)} of {len(chosen)} benchmarks counted"]))
    return 1 if failed else 0


def count(vm, benchmark, size, timeout):
    """(the report of --stats=json, None) of one run, or (None, what went wrong)."""
    with tempfile.TemporaryDirectory() as directory:
        file = Path(directory) / "counts.json"
        done = process.run(
            benchmark.som_command(vm, 1, benchmark.sizes[size], (
                "--superinstructions", "off", "--stats=json", "--stats-file", str(file))),
            timeout, benchmark.cwd)
        status, message = harness_log.outcome(done, 1)
        if status != harness_log.OK:
            return None, f"{benchmark.key}: {message}"
        return json.loads(file.read_text()), None


def add_shares(shares, counts):
    """Adds what part of a benchmark's bytecodes each sequence is to `shares`, by kind and sequence."""
    for kind in _KINDS:
        total = sum(counts[kind].values()) or 1
        for sequence, times in counts[kind].items():
            shares[kind][sequence] = shares[kind].get(sequence, 0.0) + times / total


def _count_all(vm, chosen, options):
    shares = {kind: {} for kind in _KINDS}
    failed = []
    progress = session.Progress(len(chosen), options.quiet)
    for benchmark in chosen:
        size = options.size if options.size in benchmark.sizes else "small"
        counts, problem = count(vm, benchmark, size, options.timeout)
        progress.report(problem or benchmark.key)
        if problem:
            failed.append(problem)
        else:
            add_shares(shares, counts)
    counted = max(1, len(chosen) - len(failed))
    return {kind: {sequence: share / counted for sequence, share in shares[kind].items()}
            for kind in _KINDS}, failed


def _table(kind, shares, rows):
    ranked = sorted(shares.items(), key=lambda entry: (-entry[1], entry[0]))[:rows]
    return report.table([kind, "%"], [[sequence, f"{100 * share:.2f}"] for sequence, share in ranked])
