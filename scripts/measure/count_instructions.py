"""The command line of scripts/count-instructions: executed instructions, counted by callgrind.

Counts are repeatable to the digit: the environment is fixed, address space randomisation is off, the
kernel's random numbers are constant (tests/lab/fixed_random.cc) and the programs never read the clock.
A difference of one is a difference of the VM, not of the day.
"""

import argparse
import json
import platform
import re
import shutil
from dataclasses import dataclass

from measure import (harness_log, intervals, machine, pairs, paths, process, report, session,
                     suites, vms)

_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "HOME": "/"}
_COLLECTED = re.compile(r"Collected\s*:\s*(\d+)")
_RUN_ONCE = paths.ROOT / "scripts" / "measure" / "RunOnce.som"

# Large enough to be in steady state, small enough for a simulator fifty times slower than the machine.
_PAIR_SIZES = {"Sends": 18, "CountingLoop": 100000, "NestedLoop": 250, "PrimeSieve": 4,
               "EightQueens": 2, "LinkedList": 20, "HashDictionary": 2, "StringBuilding": 8,
               "FloatLoop": 60000, "BlockIteration": 60, "PolymorphicSends": 60,
               "ObjectAllocation": 20000, "BinaryTrees": 9, "MatrixMultiply": 30}
_AWFY_INNER = {"Richards": 1, "DeltaBlue": 100, "Json": 1, "CD": 2, "Bounce": 5, "List": 4,
               "Mandelbrot": 50, "NBody": 1000, "Permute": 3, "Queens": 4, "Sieve": 6, "Storage": 1,
               "Towers": 2}


@dataclass(frozen=True)
class Input:
    """A program with a fixed size: `arguments` complete the VM's command."""

    name: str
    arguments: tuple


def inputs(vm):
    """All inputs for a SOM VM: start-up alone, the pairs, and Are-We-Fast-Yet without Havlak."""
    core = str(vm.core_lib)
    result = [Input("Hello", ("-cp", core, str(paths.CORE_LIB / "Hello.som")))]
    for pair in pairs.load():
        if pair.name in _PAIR_SIZES:
            command = pair.command(vm, _PAIR_SIZES[pair.name])
            result.append(Input(f"pairs/{pair.name}", tuple(command[len(vm.command):])))
    for benchmark in suites.awfy():
        if benchmark.name in _AWFY_INNER:
            class_path = ":".join(str(paths.AWFY / folder) for folder in benchmark.folders)
            result.append(Input(f"awfy/{benchmark.name}", (
                "-cp", f"{class_path}:{core}", str(_RUN_ONCE), benchmark.name,
                str(_AWFY_INNER[benchmark.name]))))
    return result


def parser():
    """The argument parser."""
    result = argparse.ArgumentParser(
        prog="count-instructions",
        description="Counts the instructions som executes on fixed small inputs, with callgrind.",
        epilog="usual way: --save before.json, change something, --compare before.json. "
               "exit status: 0 all inputs ran, 1 one failed or grew beyond --tolerance, 2 wrong use")
    add = result.add_argument
    add("names", nargs="*", metavar="NAME", help="inputs (Hello, Sends, awfy/Json, ...); default: all")
    add("--list", action="store_true", help="list the inputs and stop")
    add("--vm", metavar="NAME=COMMAND", action="append", help="count this VM instead of som")
    add("--save", metavar="FILE", help="write the counts to FILE")
    add("--compare", metavar="FILE", help="compare with counts saved before")
    add("--tolerance", type=float, metavar="PERCENT",
        help="with --compare: fail when an input's count grows by more than this")
    add("--timeout", type=float, default=600, metavar="S", help="for one input (default 600 s)")
    add("--engines", metavar="DIR", help="directory of libfixed_random.so (default: release build)")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    if options.tolerance is not None and not options.compare:
        raise paths.UserError("--tolerance needs --compare")
    if options.vm and len(options.vm) > 1:
        raise paths.UserError("one --vm at a time: the counts of one are compared with a saved file")
    paths.need("measure")
    vm = vms.parse(options.vm[0]) if options.vm else vms.Vm(vms.SOM, [str(paths.release_vm())])
    chosen = _select(inputs(vm), options.names)
    if options.list:
        print("\n".join(f"{each.name:24} {' '.join(each.arguments[-2:])}" for each in chosen))
        return 0
    before = _load(options.compare) if options.compare else None
    counts, failed = _count_all(vm, chosen, options)
    print("\n".join(_table(counts, before)))
    grown = _grown(counts, before, options.tolerance)
    if options.save:
        with paths.writing(options.save, encoding="utf-8") as stream:
            json.dump({"vm": vm.describe(), "revision": machine.describe_revision(),
                       "instructions": counts}, stream, indent=1)
            stream.write("\n")
        print(f"written: {options.save}")
    print("\n".join([*failed, *grown, f"{len(counts)} of {len(chosen)} inputs counted"]))
    return 1 if failed or grown else 0


def count(vm, arguments, timeout, preload):
    """(instructions, None) of one run with `preload` in it, or (None, what went wrong)."""
    # Relative paths: the name of the checkout's folder must not show in the counts.
    command = [word.replace(f"{paths.ROOT}/", "") for word in [*vm.command, *arguments]]
    environment = {**_ENVIRONMENT, "LD_PRELOAD": str(preload)}
    done = process.run([*_simulator(), *command], timeout, paths.ROOT, environment)
    if done.timed_out:
        return None, f"killed after {done.wall_seconds:.0f} s"
    if done.signal is not None:
        return None, f"ended by {done.signal_name}"
    if done.status != 0:
        problem = [line for line in done.stdout.splitlines() if line.strip()]
        return None, f"exit status {done.status}: {problem[-1] if problem else 'no output'}"
    match = _COLLECTED.search(done.stderr)
    if not match:
        return None, f"no count from callgrind: {harness_log.last_line(done)}"
    return int(match.group(1)), None


def _simulator():
    for program, package in (("valgrind", "valgrind"), ("setarch", "util-linux")):
        if not shutil.which(program):
            raise paths.UserError(f"{program} is needed: install Debian's package {package}")
    return ["setarch", platform.machine(), "-R", "valgrind", "--tool=callgrind",
            "--callgrind-out-file=/dev/null"]


def _select(known, names):
    if not names:
        return known
    chosen = []
    for name in names:
        found = [each for each in known if name in (each.name, each.name.partition("/")[2])]
        if not found:
            raise paths.UserError(f"no input named '{name}' (--list shows all)")
        chosen.extend(found)
    return chosen


def _count_all(vm, chosen, options):
    progress = session.Progress(len(chosen), options.quiet)
    preload = paths.lab_program("libfixed_random.so", options.engines).absolute()
    counts, failed = {}, []
    for each in chosen:
        number, problem = count(vm, each.arguments, options.timeout, preload)
        if problem:
            failed.append(f"FAILED {each.name}: {problem}")
        else:
            counts[each.name] = number
        progress.report(f"{each.name}  {problem or f'{number:,}'}")
    return counts, failed


def _load(path):
    try:
        with open(path, encoding="utf-8") as stream:
            return json.load(stream)["instructions"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise paths.UserError(f"{path} holds no saved counts: {error}") from error


def _table(counts, before):
    if before is None:
        return report.table(["input", "instructions"],
                            [[name, f"{number:,}"] for name, number in counts.items()])
    rows = []
    for name, number in counts.items():
        old = before.get(name)
        change = "new" if old is None else f"{(number / old - 1) * 100:+.3f} %"
        rows.append([name, "-" if old is None else f"{old:,}", f"{number:,}", change])
    lines = report.table(["input", "before", "instructions", "change"], rows)
    shared = [name for name in counts if name in before]
    if shared:
        product = intervals.geometric_mean(counts[name] / before[name] for name in shared)
        lines.append(f"geometric mean over {len(shared)} inputs: {(product - 1) * 100:+.3f} %")
    gone = [name for name in before if name not in counts]
    if gone:
        lines.append(f"only in the saved counts: {', '.join(gone)}")
    return lines


def _grown(counts, before, tolerance):
    if tolerance is None:
        return []
    return [f"GREW {name}: {before[name]:,} -> {number:,}" for name, number in counts.items()
            if name in before and number > before[name] * (1 + tolerance / 100)]
