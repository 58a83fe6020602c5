"""The command line of scripts/compare-languages: the same programs in SOM, Lua, JavaScript and Python, and the picture of
README.md.

Times are processor times of whole processes, which other load on the machine disturbs least, divided by the number of
iterations: one on interpreters, several on VMs that compile, so that starting and compiling are counted and do not
decide. The programs are those of the laboratory that have a port in every language.
"""

import argparse
from statistics import median

from measure import harness_log, intervals, paths, plots, process, report, session, vms
from measure.experiments import programs

# Program -> (inner value, inner value of --quick). An iteration takes CPython one to three seconds.
SIZES = {"Richards": (80, 1), "DeltaBlue": (20000, 10), "NBody": (600000, 10), "Mandelbrot": (1000, 10),
         "Fannkuch": (9, 5), "SpectralNorm": (600, 10), "BinaryTrees": (15, 4), "Towers": (800, 1)}
# Iterations in a process of a VM that compiles.
COMPILED_ITERATIONS = 5
BASE = "python3"
_COMPILING = "with a compiler"
# What the picture and the table say: VM -> label. In the order of the rows, by group.
GROUPS = {
    "interpreters": {BASE: "CPython", "lua5.4": "Lua", "luajit-joff": "LuaJIT, interpreting",
                     "som-interpreted": "som, interpreting"},
    _COMPILING: {"pypy3": "PyPy", "node": "Node.js", "luajit": "LuaJIT", vms.SOM: "som"},
}
_LABELS = {name: label for group in GROUPS.values() for name, label in group.items()}


def parser():
    """The argument parser."""
    result = argparse.ArgumentParser(
        prog="compare-languages",
        description="Runs programs that exist in SOM, Lua, JavaScript and Python alternately on som, interpreted and "
                    "compiled, and on each of the other VMs that is installed; shows how many times as fast as "
                    "CPython each is.",
        epilog="exit status: 0 all results right, 1 a program failed, 2 wrong use")
    add = result.add_argument
    add("names", nargs="*", metavar="NAME", help="programs to run; default: all")
    add("--list", action="store_true", help="list the programs and stop")
    add("--rounds", type=int, default=3, metavar="N", help="runs of each program on each VM (default 3)")
    add("--svg", metavar="FILE", help="draw the picture into FILE")
    add("--quick", action="store_true", help="smallest sizes, once: a check that it works")
    add("--vm", metavar="som=COMMAND", help="another som than the release build")
    add("--timeout", type=float, default=300, metavar="S", help="for one run (default 300 s)")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    if options.rounds < 1:
        raise paths.UserError("--rounds must be at least 1")
    chosen = _select(options.names)
    if options.list:
        print("\n".join(chosen))
        return 0
    if options.svg:
        plots.require(options.svg)
    paths.need("measure", "javascript")
    machines = _machines(options)
    times, failed = _run(chosen, machines, options)
    speeds = _speeds(chosen, machines, times)
    _show(chosen, machines, times, speeds, options.quick)
    if options.svg:
        plots.speeds(options.svg, {name: {label: speeds[vm] for vm, label in group.items() if speeds.get(vm)}
                                   for name, group in GROUPS.items()},
                     "times as fast as CPython (log scale)",
                     f"{len(chosen)} programs, the same algorithms in each language")
        print(f"written: {options.svg}")
    print("\n".join([*failed, f"{len(chosen) - len(failed)} of {len(chosen)} programs ran right on "
                              f"{', '.join(vm.name for vm in machines)}"]))
    return 1 if failed else 0


def _select(names):
    unknown = [name for name in names if name not in SIZES]
    if unknown:
        raise paths.UserError(f"no program named {', '.join(unknown)}; there are {', '.join(SIZES)}")
    return names or list(SIZES)


def _machines(options):
    """The VMs in the order of GROUPS, without those that are not installed."""
    som = vms.parse(options.vm) if options.vm else vms.Vm(vms.SOM, [str(paths.release_vm())])
    if som.name != vms.SOM:
        raise paths.UserError("--vm replaces som: its name must be som")
    known = {vm.name: vm for vm in vms.named(_LABELS)}
    known[vms.SOM] = som
    known["som-interpreted"] = vms.Vm("som-interpreted", [*som.command, "--jit", "off"])
    return [known[name] for name in _LABELS if name in known]


def _run(chosen, machines, options):
    """((program, VM) -> seconds of each round, a line for each program that failed)."""
    rounds = 1 if options.quick else options.rounds
    progress = session.Progress(rounds * len(chosen) * len(machines), options.quiet)
    groups = [[(name, vm) for vm in machines] for name in chosen]
    times = {(name, vm.name): [] for name in chosen for vm in machines}
    failed = {}
    for number, (name, vm) in session.interleaved(groups, rounds):
        iterations = COMPILED_ITERATIONS if vm.name in GROUPS[_COMPILING] else 1
        done = _start(name, vm, iterations, SIZES[name][1 if options.quick else 0], options.timeout)
        kind, sentence = harness_log.outcome(done, iterations)
        if kind != harness_log.OK:
            failed.setdefault(name, f"FAILED {name} on {vm.name}: {sentence}")
            continue
        times[name, vm.name].append(done.cpu_seconds / iterations)
        progress.report(f"{name} {vm.name} #{number}  {times[name, vm.name][-1]:.3f} s")
    return times, list(failed.values())


def _start(name, vm, iterations, inner, timeout):
    if vm.language == vms.SOM:
        return process.run(programs.som_benchmark(name).som_command(vm, iterations, inner), timeout)
    argv, folder = programs.command(vm, name, iterations, inner)
    return process.run(argv, timeout, folder)


def _speeds(chosen, machines, times):
    """VM -> (program -> how many times as fast as the base it is), of what ran right on both."""
    result = {vm.name: {} for vm in machines}
    for name in chosen:
        base = times.get((name, BASE))
        for vm in machines:
            own = times[name, vm.name]
            if base and own and median(own) > 0:
                result[vm.name][name] = median(base) / median(own)
    return result


def _show(chosen, machines, times, speeds, quick):
    rows = [[name, *(f"{median(times[name, vm.name]):.3f}" if times[name, vm.name] else "-" for vm in machines)]
            for name in chosen]
    print("\n".join(report.table(["seconds", *(vm.name for vm in machines)], rows)))
    print("(processor time of a process for each of its iterations, median)")
    if quick:
        return
    for vm in machines:
        if speeds[vm.name] and min(speeds[vm.name].values()) > 0:
            mean = intervals.geometric_mean(list(speeds[vm.name].values()))
            print(f"{_LABELS[vm.name]} is {report.significant(mean)} times as fast as CPython "
                  f"(geometric mean of {len(speeds[vm.name])})")
