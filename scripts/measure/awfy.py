"""The command line of scripts/awfy: chooses benchmarks and VMs, runs them, writes and shows results."""

import argparse
import sys
import time
from pathlib import Path

from measure import (intervals, machine, paths, plots, report, results, session, suites,
                     upstream, vms)

_EPILOG = """
examples:
  scripts/awfy --quick                         everything once at its smallest verified size
  scripts/awfy Richards Json --processes 5     two benchmarks, five processes each
  scripts/awfy --suite awfy --vm som++=/opt/SOM++ --plot ratios.svg
  scripts/awfy --vm "mono=build/release/som --inline-cache mono" micro
  scripts/awfy --awfy ../are-we-fast-yet       the upstream suite, in every language installed
  scripts/awfy --compare before.json after.json --plot change.svg
exit status: 0 all runs verified, 1 a run failed, 2 wrong use
"""


def parser():
    """The argument parser (also read by the tests)."""
    result = argparse.ArgumentParser(
        prog="awfy", epilog=_EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Runs the benchmark suites, interleaved over VMs.")
    add = result.add_argument
    add("names", nargs="*", metavar="NAME",
        help="benchmarks or groups (awfy, macro, micro, ...); default: all")
    add("--suite", choices=suites.NAMES, default="both", help="default: both")
    add("--list", action="store_true", help="list the benchmarks with their sizes and stop")
    add("--quick", action="store_true",
        help="smallest verified size, one process, one iteration, unless set otherwise")
    add("--processes", type=_positive, metavar="N", help="processes for each benchmark (default 3)")
    add("--iterations", type=_positive, metavar="N", help="measurements in each (default 5)")
    add("--warmup", type=_natural, default=0, metavar="N",
        help="measurements before those, recorded but not counted (default 0)")
    add("--size", choices=suites.SIZES, help="problem sizes (default reference)")
    add("--inner", type=_positive, metavar="N", help="inner value for all, instead of --size")
    add("--timeout", type=_seconds, default=600, metavar="S", help="for one process (default 600 s)")
    add("--vm", action="append", metavar="NAME=COMMAND",
        help="another SOM VM in the same interleaved run; the name som replaces our own")
    add("--core-lib", action="append", metavar="NAME=DIR", help="core library for one of the SOM VMs")
    add("--vms", metavar="NAME,...", help="run only these of the VMs")
    add("--awfy", metavar="DIR", help="an upstream checkout: its benchmarks in all languages")
    add("--out", metavar="DIR", default="build/awfy", help="for the results (default build/awfy)")
    add("--json", metavar="FILE", help="results (default OUT/results.json)")
    add("--csv", metavar="FILE", help="results, one row a measurement (default OUT/results.csv)")
    add("--plot", metavar="FILE", nargs="?", const="", help="SVG or PNG (default OUT/results.svg)")
    add("--baseline", metavar="NAME", help="VM the ratios refer to (default: the first)")
    add("--compare", nargs=2, metavar=("A.json", "B.json"), help="compare two results; runs nothing")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    # A results picture must not fail for want of a library after an hour of measuring.
    if options.plot is not None:
        plots.require(options.plot)
    if options.compare:
        return _compare(options)
    checkout = upstream.open_checkout(options.awfy) if options.awfy else None
    benchmarks = checkout.benchmarks() if checkout else suites.load(options.suite)
    benchmarks = suites.select(benchmarks, options.names)
    if options.list:
        print("\n".join(_listing(benchmarks)))
        return 0
    machines = _vms(options, checkout)
    baseline = options.baseline or machines[0].name
    if baseline not in [vm.name for vm in machines]:
        raise paths.UserError(f"--baseline: no VM named '{baseline}' in this run")
    return _measure(options, checkout, benchmarks, machines, baseline)


def _measure(options, checkout, benchmarks, machines, baseline):
    intervals.require()
    size = options.size or ("small" if options.quick else "reference")
    processes = options.processes or (1 if options.quick else 3)
    iterations = options.iterations or (1 if options.quick else 5)
    out = _outputs(options)
    document = {
        "machine": machine.describe_machine(), "revision": machine.describe_revision(),
        "settings": {"size": size, "inner": options.inner, "processes": processes,
                     "iterations": iterations, "warmup": options.warmup,
                     "timeout_s": options.timeout, "upstream": options.awfy},
        "vms": [vm.describe() for vm in machines]}
    jobs = [[_job(vm, benchmark, _inner(options, benchmark, size), iterations + options.warmup,
                  checkout) for vm in machines]
            for benchmark in benchmarks]
    started = time.monotonic()
    runs = session.run(jobs, processes, iterations, options.timeout, options.warmup, options.quiet)
    document["duration_s"] = round(time.monotonic() - started, 1)
    document["runs"] = runs
    results.save_json(out["json"], document)
    results.save_csv(out["csv"], runs)
    _show(runs, machines, baseline)
    written = [str(out["json"]), str(out["csv"])]
    if options.plot is not None and _plot_run(out["plot"], runs, machines, baseline):
        written.append(str(out["plot"]))
    print(f"\nwritten: {', '.join(written)}")
    failed = report.failure_lines(runs)
    print("\n".join([*failed, f"{len(runs) - len(failed)} of {len(runs)} runs verified in "
                              f"{document['duration_s']:.0f} s"]))
    return 1 if failed else 0


def _job(vm, benchmark, inner, iterations, checkout):
    def command(extra):
        if checkout:
            return checkout.command(vm, benchmark, iterations, inner, extra)
        return benchmark.som_command(vm, iterations, inner, extra), None
    return session.Job(vm, benchmark, inner, command)


def _inner(options, benchmark, size):
    if options.inner:
        return options.inner
    # Programs without a published figure have no published size.
    return benchmark.sizes.get(size, benchmark.sizes["small"])


def _vms(options, checkout):
    candidates = vms.som_vms(options.vm, options.core_lib)
    if checkout:
        candidates += [vm for vm in vms.installed() if checkout.runs_language(vm.language)]
    return vms.choose(candidates, options.vms)


def _outputs(options):
    directory = Path(options.out)
    chosen = {"json": options.json or directory / "results.json",
              "csv": options.csv or directory / "results.csv",
              "plot": options.plot or directory / "results.svg"}
    for path in chosen.values():
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    return chosen


def _show(runs, machines, baseline):
    print("\n".join(report.summary(runs)))
    split = report.by_vm(runs)
    for vm in machines:
        if vm.name != baseline and vm.name in split and baseline in split:
            print()
            print("\n".join(report.comparison(split[baseline], split[vm.name], baseline, vm.name)))


def _plot_run(path, runs, machines, baseline):
    """Draws ratios when there are several VMs, else times; False when nothing succeeded."""
    split = report.by_vm(runs)
    if not split:
        print("no plot: no run succeeded", file=sys.stderr)
        return False
    if len(machines) > 1 and baseline in split:
        plots.ratio_dots(path, report.ratio_groups(split, baseline), baseline,
                         "Time of each benchmark")
        return True
    groups = {}
    for (_, suite, benchmark), samples in results.samples(runs).items():
        group = next(run["group"] for run in runs
                     if (run["suite"], run["benchmark"]) == (suite, benchmark))
        interval = intervals.median_interval([[t / 1000 for t in p] for p in samples])
        groups.setdefault(group, {})[benchmark] = interval
    plots.time_dots(path, groups, f"Time of each benchmark on {machines[0].name}")
    return True


def _compare(options):
    first, second = (results.load_json(path) for path in options.compare)
    names = [_label(path, options.compare) for path in options.compare]
    lines, groups, missing = [], {}, False
    for left, right, suffix in _matching_vms(report.by_vm(first["runs"]),
                                             report.by_vm(second["runs"])):
        lines += report.comparison(left, right, names[0] + suffix, names[1] + suffix) + [""]
        groups[names[1] + suffix] = report.ratio_groups({"a": left, "b": right}, "a")["b"]
        missing = missing or set(left) != set(right)
    if not lines:
        raise paths.UserError("the two results have no VM in common")
    lines += [f"{path}: {line}" for path, document in zip(options.compare, (first, second))
              for line in report.failure_lines(document["runs"])]
    print("\n".join(lines).rstrip())
    if options.plot is not None:
        path = _outputs(options)["plot"]
        plots.ratio_dots(path, groups, names[0], f"{names[1]} relative to {names[0]}")
        print(f"written: {path}")
    return 1 if missing or results.failures(first["runs"] + second["runs"]) else 0


def _matching_vms(first, second):
    """Pairs of sample tables to compare, with a suffix for their titles.

    Two results of one VM each are compared whatever the VMs are called.
    """
    if len(first) == 1 and len(second) == 1:
        return [(next(iter(first.values())), next(iter(second.values())), "")]
    return [(first[name], second[name], f" {name}") for name in first if name in second]


def _label(path, both):
    stems = [Path(p).stem for p in both]
    return Path(path).stem if stems[0] != stems[1] else str(path)


def _listing(benchmarks):
    rows = [[b.name, b.suite, b.group, *(b.sizes.get(size, "-") for size in suites.SIZES)]
            for b in benchmarks]
    return report.table(["benchmark", "suite", "group", *suites.SIZES], rows, left=3)


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _natural(text):
    number = int(text)
    if number < 0:
        raise argparse.ArgumentTypeError("must not be negative")
    return number


def _seconds(text):
    number = float(text)
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError("must be a positive number of seconds")
    return number
