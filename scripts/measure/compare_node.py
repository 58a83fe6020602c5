"""The command line of scripts/compare-node: the speed reached on SOM VMs and on V8 (node), side by side.

Programs are those of a suite that have a port in tests/lab/programs/javascript. In every round each VM runs the
program once, and its speed is the median of the later iterations, so that compiling does not count; what is shown are
medians over the rounds, of times and of ratios within a round, which a machine that slows down for a while disturbs less.
"""

import argparse
from statistics import median

from measure import harness_log, intervals, paths, process, report, session, suites, vms

_FOLDER = paths.LAB / "programs" / "javascript"
_NODE = "node"
_NO_PROGRAMS = {"core", "dna", "harness", "harness_quickjs", "random", "repeats"}


def parser():
    """The argument parser."""
    result = argparse.ArgumentParser(
        prog="compare-node",
        description="Runs benchmarks that exist in SOM and JavaScript alternately on som, any --vm, and node; "
                    "shows the times of an iteration once it is compiled, and their ratios.",
        epilog="exit status: 0 all results right, 1 a program failed, 2 wrong use")
    add = result.add_argument
    add("names", nargs="*", metavar="NAME", help="benchmarks to run; default: all that node has, too")
    add("--suite", choices=suites.NAMES, default="both", help="default: both")
    add("--list", action="store_true", help="list the benchmarks and stop")
    add("--rounds", type=int, default=3, metavar="N", help="runs of each program on each VM (default 3)")
    add("--iterations", type=int, default=12, metavar="N",
        help="iterations in each run, of which the second half counts (default 12)")
    add("--quick", action="store_true", help="smallest sizes, once: a check that it works")
    add("--vm", action="append", metavar="NAME=COMMAND",
        help="another SOM VM; the name som replaces our own")
    add("--timeout", type=float, default=300, metavar="S", help="for one run (default 300 s)")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    if options.rounds < 1 or options.iterations < 2:
        raise paths.UserError("--rounds must be at least 1, --iterations at least 2")
    chosen = suites.select(benchmarks(options.suite), options.names)
    if options.list:
        print("\n".join(benchmark.name for benchmark in chosen))
        return 0
    paths.need("javascript")
    machines = vms.som_vms(options.vm)
    node = [vm for vm in vms.installed(("javascript",)) if vm.name == _NODE]
    if not node:
        raise paths.UserError("there is no node: install Debian's package nodejs")
    rounds = 1 if options.quick else options.rounds
    times, failed = _run(chosen, machines + node, rounds, options)
    _show(chosen, machines, times, options.quick)
    print("\n".join([*failed, f"{len(chosen) - len(failed)} of {len(chosen)} programs ran right"]))
    return 1 if failed else 0


def benchmarks(suite="both"):
    """Those of a suite that node can run; of two with the same name the Are-We-Fast-Yet one."""
    known = {}
    for benchmark in suites.load(suite):
        if benchmark.name.lower() in ports():
            known.setdefault(benchmark.name, benchmark)
    return list(known.values())


def ports():
    """The programs there are for node, in small letters."""
    return {path.stem for path in _FOLDER.glob("*.js")} - _NO_PROGRAMS


def _run(chosen, machines, rounds, options):
    """((benchmark, VM) -> times of the rounds, a line for each benchmark that failed)."""
    progress = session.Progress(rounds * len(chosen) * len(machines), options.quiet)
    groups = [[(benchmark, vm) for vm in machines] for benchmark in chosen]
    times = {(benchmark.name, vm.name): [] for benchmark in chosen for vm in machines}
    failed = {}
    for number, (benchmark, vm) in session.interleaved(groups, rounds):
        size = "small" if options.quick else (
            "published" if benchmark.suite == "awfy" else "reference")
        done = _start(benchmark, vm, benchmark.sizes[size], options)
        kind, sentence = harness_log.outcome(done, options.iterations)
        samples = harness_log.runtimes_us(done.stdout)
        if kind != harness_log.OK:
            failed.setdefault(benchmark.name, f"FAILED {benchmark.name} on {vm.name}: {sentence}")
            continue
        times[benchmark.name, vm.name].append(median(samples[len(samples) // 2:]) / 1000)
        progress.report(f"{benchmark.name} {vm.name} #{number}  {times[benchmark.name, vm.name][-1]:.2f} ms")
    return times, list(failed.values())


def _start(benchmark, vm, inner, options):
    if vm.language == vms.SOM:
        return process.run(benchmark.som_command(vm, options.iterations, inner), options.timeout)
    return process.run([*vm.command, "harness.js", benchmark.name, options.iterations, inner],
                       options.timeout, cwd=_FOLDER)


def _show(chosen, machines, times, quick):
    header = ["benchmark", *(f"{vm.name} ms" for vm in machines), f"{_NODE} ms",
              *(f"{vm.name}/{_NODE}" for vm in machines)]
    rows, ratios = [], {vm.name: [] for vm in machines}
    for benchmark in chosen:
        node = times[benchmark.name, _NODE]
        row = [benchmark.name]
        shares = []
        for vm in machines:
            own = times[benchmark.name, vm.name]
            pairs = [a / b for a, b in zip(own, node) if b > 0]
            row.append(f"{median(own):.2f}" if own else "-")
            shares.append(f"{median(pairs):.2f}" if pairs else "-")
            if pairs:
                ratios[vm.name].append(median(pairs))
        rows.append([*row, f"{median(node):.2f}" if node else "-", *shares])
    print("\n".join(report.table(header, rows)))
    for vm in machines:
        if ratios[vm.name] and min(ratios[vm.name]) > 0 and not quick:
            print(f"geometric mean {vm.name} / {_NODE} over {len(ratios[vm.name])} programs: "
                  f"{intervals.geometric_mean(ratios[vm.name]):.3f}")
