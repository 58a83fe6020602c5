"""Experiment `caches`: what send sites remember, by policy and by the number of classes that a site meets."""

import json
import tempfile
from pathlib import Path

from measure import intervals, paths, plots, suites
from measure.experiments.context import Failure, medians

TITLE = "Inline caches: hit rates and time by policy and degree of polymorphism"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 3
PROCESSES = 3
POLICIES = ("none", "global", "mono", "poly")
# Only sites have counters: without caches in sites there are no hits to count.
_COUNTED = ("mono", "poly")
DEGREES = (1, 2, 3, 4, 6, 8, 16, 32, 64)
# Sends to one class before the next one's turn.
RUNS = (1, 16)
# Objects in the list of SendDegree.som.
_LIST = 3072
PROGRAMS = ("awfy/Richards", "awfy/DeltaBlue", "awfy/Json", "awfy/CD", "awfy/Havlak", "survey/Shapes",
            "survey/Symbolic")
_STATES = ("mono", "poly", "mega")


def run(context):
    """Prints both tables; writes caches-degree and caches-programs as CSV and picture."""
    _degrees(context)
    print()
    _programs(context)


def _degrees(context):
    rounds, degrees = (10, (1, 2, 8)) if context.smallest else (200, DEGREES)
    machines = {policy: (context.som(policy, "--inline-cache", policy), rounds) for policy in POLICIES}
    machines["poly, compiled"] = (context.som("poly, compiled", "--jit", "on"), rounds * 10)
    panels, rows = {}, []
    with tempfile.TemporaryDirectory(prefix="som-lab-") as scratch:
        for number in range(1, max(degrees) + 1):
            Path(scratch, f"Receiver{number}.som").write_text(f"Receiver{number} = ( value = ( ^ 1 ) )\n",
                                                              encoding="utf-8")
        for length in RUNS:
            lines = panels.setdefault(_run_name(length), {})
            for degree in degrees:
                for name, (vm, sends) in machines.items():
                    ns = min(_series(context, vm, scratch, (degree, length, sends))
                             for _ in range(context.processes(PROCESSES)))
                    xs, ys = lines.setdefault(name, ([], []))
                    xs.append(degree)
                    ys.append(ns)
                    shares = _site_shares(context, vm, scratch, degree, length) if name in _COUNTED else None
                    rows.append([degree, length, name, f"{ns:.2f}", *_percent(shares)])
    context.table("caches-degree", ["classes", "in a row", "policy", "ns a send",
                                    *(f"{state} %" for state in _STATES), "missed %"], rows, left=3)
    plots.curves(context.picture("caches-degree"), panels, "classes at the site (log scale)",
                 "ns a send, with its part of the loop", "A send by the number of classes its site meets",
                 top=None)


def _run_name(length):
    return "another class at each send" if length == 1 else f"{length} sends to a class in a row"


def _series(context, vm, classes, arguments):
    """Nanoseconds of a send."""
    done = context.checked(_command(vm, classes, arguments))
    sends, microseconds = done.stdout.split()
    if int(sends) != arguments[-1] * _LIST:
        raise Failure(f"{vm.name}: {sends} sends answered, not {arguments[-1] * _LIST}")
    return float(microseconds) * 1000 / int(sends)


def _site_shares(context, vm, classes, degree, length):
    """Shares of the sends of #value in SendDegree.som, by what the cache did for them."""
    def command(options):
        return _command(vm, classes, (degree, length, 10), options)
    sites = [site for site in _stats(context, command)["sites"]
             if site["selector"] == "value" and "SendDegree" in site["place"]]
    if not sites:
        raise Failure(f"{vm.name}: --stats knows no send of #value")
    return _shares(sites)


def _command(vm, classes, arguments, options=()):
    return [*vm.command, *options, "-cp", f"{classes}:{paths.CORE_LIB}", str(paths.LAB / "SendDegree.som"),
            *arguments]


def _programs(context):
    benchmarks = suites.awfy() + suites.survey()
    names = PROGRAMS[:2] if context.smallest else PROGRAMS
    benchmarks = suites.select(benchmarks, list(names))
    machines = [context.som(policy, "--inline-cache", policy) for policy in POLICIES]
    times = medians(context.measure(machines, benchmarks, "reference", PROCESSES, 1))
    rows = []
    relative, hits = ({policy: {} for policy in POLICIES} for _ in range(2))
    for benchmark in benchmarks:
        name = benchmark.name
        for vm in machines:
            policy = vm.name
            relative[policy][name] = times[policy][name] / times[POLICIES[0]][name]
            shares, sites = None, None
            if policy in _COUNTED:
                stats = _stats(context, lambda options, vm=vm, b=benchmark: b.som_command(
                    vm, 1, context.inner(b, "reference"), options))
                # The counters of all sites together; a program's own sites and those of the library.
                shares = _shares(stats["sites"])
                sites = [sum(site["state"] == state for site in stats["sites"]) for state in _STATES]
                hits[policy][name] = 100 * (1 - shares["miss"])
            rows.append([name, policy, f"{times[policy][name]:.2f}", f"{relative[policy][name]:.3f}",
                         *_percent(shares), *(sites or ["-"] * len(_STATES))])
    for policy in POLICIES:
        rows.append(["geometric mean", policy, "", f"{intervals.geometric_mean(relative[policy].values()):.3f}",
                     *[""] * (2 * len(_STATES) + 1)])
    context.table("caches-programs", ["program", "policy", "ms", "to none", *(f"{state} %" for state in _STATES),
                                      "missed %", *(f"{state} sites" for state in _STATES)], rows, left=2)
    plots.grouped_bars(context.picture("caches-programs"),
                       {"time relative to none": relative,
                        "hits in the site, % of sends": {policy: hits[policy] for policy in _COUNTED}}, TITLE,
                       width=6)


def _stats(context, command):
    """The report of --stats for a command made with these options."""
    with tempfile.TemporaryDirectory(prefix="som-lab-") as scratch:
        report = Path(scratch, "stats.json")
        context.checked(command(["--stats=json", f"--stats-file={report}"]))
        return json.loads(report.read_text(encoding="utf-8"))


def _shares(sites):
    """State of the cache, or "miss" -> share of the sends of these sites."""
    counts = {kind: sum(site[kind] for site in sites) for kind in (*_STATES, "miss")}
    total = sum(counts.values())
    return {kind: count / total if total else 0 for kind, count in counts.items()}


def _percent(shares):
    if shares is None:
        return ["-"] * (len(_STATES) + 1)
    return [f"{100 * shares[kind]:.2f}" for kind in (*_STATES, "miss")]
