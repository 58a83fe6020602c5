"""Experiment `nested-loop`: s := s + (i * j) over a square, in SOM, C, Lua, and as thirty bytecodes run in several ways."""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from measure import pairs, paths, plots
from measure.experiments.context import Failure

TITLE = "The nested arithmetic loop"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 4
PROCESSES = 3
_SLOW = ("--inline-cache", "none", "--quicken", "off", "--superinstructions", "off",
         "--inline-control", "off", "--loops", "library")
_SOURCES = paths.LAB / "nested_loop"
# The published competition: engine -> seconds for 10,000 x 10,000 rounds.
PUBLISHED = {"30 bytecodes, direct threading": 6.4, "30 bytecodes, templates": 0.52,
             "30 bytecodes, CLR": 0.13, "C++ -O0, 32 bits": 0.23, "C++ -O3, volatile bound": 0.085}
_PUBLISHED_ROUNDS = 1e8
_THREADED = "30 bytecodes, direct threading"


def run(context):
    """Prints nanoseconds a round; writes nested-loop.csv and the picture."""
    size = 100 if context.smallest else 10000
    # Engine -> (nanoseconds a round, sum as it is in 32 bits).
    measured = {**_machines(context, size), **_native(context, size), **_bytecodes(context, size)}
    ordered = dict(sorted(measured.items(), key=lambda item: -item[1][0]))
    base = measured[_THREADED][0]
    rows = []
    for name, (ns, narrow) in ordered.items():
        seconds = PUBLISHED.get(name)
        rows.append([name, f"{ns:.3f}", f"{ns / base:.3f}", narrow,
                     f"{seconds * 1e9 / _PUBLISHED_ROUNDS:.2f}" if seconds else "-",
                     f"{seconds / PUBLISHED[_THREADED]:.3f}" if seconds else "-"])
    context.table("nested-loop", ["engine", "ns a round", "to threading", "32-bit result", "published ns a round",
                                  "published to threading"], rows)
    # A compiler that finds the closed form leaves nothing to measure; the axis still needs a number.
    plots.bars(context.picture("nested-loop"),
               {name: max(ns, 0.001) for name, (ns, _) in ordered.items()},
               f"s := s + (i * j), {size:,} x {size:,} rounds",
               "nanoseconds a round (log scale)", log=True,
               highlight=[name for name in ordered if not name.startswith("som")],
               published={name: seconds * 1e9 / _PUBLISHED_ROUNDS for name, seconds in PUBLISHED.items()})


def _machines(context, size):
    """This VM in its variants, and the Lua VMs: whole processes."""
    pair = next(pair for pair in pairs.load() if pair.name == "NestedLoop")
    machines = [context.som(f"som, {name}", "--dispatch", name) for name in context.dispatches()]
    machines.append(context.som("som, plain bytecodes", "--superinstructions", "off", "--quicken",
                                "off"))
    machines.append(context.som("som, rewritten loops", "--loops", "rewritten"))
    machines.append(context.som("som, nothing optimised", *_SLOW))
    machines.append(context.som("som, compiled", "--jit", "on"))
    machines += context.other_vms("lua5.4", "luajit-joff", "luajit")
    seconds = {vm.name: [] for vm in machines}
    narrow = {}
    for _ in range(context.processes(PROCESSES)):
        for vm in machines:
            done = context.checked(pair.command(vm, size))
            narrow[vm.name] = _checked(vm.name, done.stdout.strip(), size, bits=64)
            seconds[vm.name].append(done.cpu_seconds)
    return {name: (median(values) * 1e9 / size ** 2, narrow[name]) for name, values in seconds.items()}


def _native(context, size):
    """The loop in C++ without and with optimisation."""
    forms = {"64-bit": ("64 bits", 64), "32-bit": ("32 bits", 32), "volatile-bound": ("volatile bound", 32)}
    result = {}
    for level in ("0", "3"):
        for line in context.checked([context.engine(f"nested_loop_o{level}"), size]).stdout.splitlines():
            form, total, ns = line.split()
            label, bits = forms[form]
            name = f"C++ -O{level}, {label}"
            result[name] = (float(ns), _checked(name, total, size, bits))
    return result


def _bytecodes(context, size):
    """The thirty bytecodes in each way there is here, and the loop on HotSpot."""
    ways = context.engine("nested_loop_ways")
    lines = context.checked([ways, size]).stdout.splitlines()
    with tempfile.TemporaryDirectory(prefix="som-lab-") as scratch:
        if _present("the CLR", "mono", "mcs"):
            program, listing = Path(scratch, "Emit.exe"), Path(scratch, "bytecodes")
            listing.write_text(context.checked([ways, "--list"]).stdout, encoding="utf-8")
            context.checked(["mcs", f"-out:{program}", _SOURCES / "Emit.cs"])
            lines += context.checked(["mono", program, size, listing]).stdout.splitlines()
        # The launcher compiles the source, which takes the whole kit.
        if _present("HotSpot", "java", "javac"):
            lines += context.checked(["java", _SOURCES / "NestedLoop.java", size]).stdout.splitlines()
    names = {"direct-threading": _THREADED, "templates": "30 bytecodes, templates", "clr": "30 bytecodes, CLR",
             "hotspot": "HotSpot"}
    result = {}
    for line in lines:
        way, total, ns = line.split()
        result[names[way]] = (float(ns), _checked(names[way], total, size, bits=32))
    return result


def _present(what, *commands):
    missing = [command for command in commands if shutil.which(command) is None]
    if missing:
        print(f"not installed, so left out: {what} ({', '.join(missing)})", file=sys.stderr)
    return not missing


def _checked(name, result, size, bits):
    """The result as it is in 32 bits; raises Failure when it is wrong."""
    expected = (size * (size - 1) // 2) ** 2 % 2 ** bits
    if int(result) != expected:
        raise Failure(f"{name}: the loop's result is {result}, not {expected}")
    return expected % 2 ** 32
