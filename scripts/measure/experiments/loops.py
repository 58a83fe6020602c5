"""Experiment `loops`: four implementations of counted loops over the micro and macro suite, and the compiled tier."""

from statistics import median

from measure import intervals, plots, suites
from measure.experiments.context import medians

TITLE = "Four implementations of to:do: and its relatives"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 20
PROCESSES = 3
# In compiled code the first iteration is one of compiling.
ITERATIONS = 3
STRATEGIES = ("library", "primitive", "rewritten", "inlined")
# The compiled tier over the library's loops, and over those that are inlined already in bytecode.
COMPILED = ("library", "inlined")
# Programs without a counted loop would only add noise around 1; these groups have the others.
_GROUPS = ("micro", "macro")


def run(context):
    """Prints speed-ups over library loops and what they come to; writes loops and loops-summary, and the picture."""
    benchmarks = [b for b in suites.micro() if b.group in _GROUPS]
    if context.smallest:
        benchmarks = suites.select(benchmarks, ["Sum", "Sieve", "Bounce"])
    machines = [context.som(name, "--loops", name) for name in STRATEGIES]
    machines += [context.som(f"compiled, {name}", "--loops", name, "--jit", "on") for name in COMPILED]
    names = [vm.name for vm in machines]
    times = medians(context.measure(machines, benchmarks, "reference", PROCESSES, ITERATIONS))
    base = times[STRATEGIES[0]]
    gains = {name: {b: base[b] / times[name][b] for b in base} for name in names[1:]}
    rows = [[b, *(f"{times[name][b]:.2f}" for name in names), *(f"{gains[name][b]:.2f}" for name in names[1:])]
            for b in base]
    context.table("loops", ["benchmark", *(f"{name} ms" for name in names),
                            *(f"{name} speed-up" for name in names[1:])], rows)
    print()
    context.table("loops-summary", ["speed-up over library loops", "lowest", "of", "median", "geometric mean", "highest",
                                    "of"], [_summary(name, gains[name]) for name in gains])
    plots.ratio_dots(context.picture("loops"), gains, "library loops", TITLE, quantity="speed-up")


def _summary(name, gains):
    lowest, highest = min(gains, key=gains.get), max(gains, key=gains.get)
    return [name, f"{gains[lowest]:.2f}", lowest, f"{median(gains.values()):.2f}",
            f"{intervals.geometric_mean(gains.values()):.2f}", f"{gains[highest]:.2f}", highest]
