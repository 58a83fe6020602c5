"""Experiment `loops`: four implementations of counted loops over the micro and macro suite."""

from statistics import median

from measure import plots, suites
from measure.experiments.context import medians

TITLE = "Four implementations of to:do: and its relatives"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 6
PROCESSES = 3
STRATEGIES = ("library", "primitive", "rewritten", "inlined")
# Programs without a counted loop would only add noise around 1; these groups have the others.
_GROUPS = ("micro", "macro")


def run(context):
    """Prints speed-ups over library loops; writes loops.csv and the picture."""
    benchmarks = [b for b in suites.micro() if b.group in _GROUPS]
    if context.smallest:
        benchmarks = suites.select(benchmarks, ["Sum", "Sieve", "Bounce"])
    machines = [context.som(name, "--loops", name) for name in STRATEGIES]
    runs = context.measure(machines, benchmarks, "reference", PROCESSES, 1)
    times = medians(runs)
    base = times[STRATEGIES[0]]
    rows = [[name, *(f"{times[s][name]:.2f}" for s in STRATEGIES),
             *(f"{base[name] / times[s][name]:.2f}" for s in STRATEGIES[1:])] for name in base]
    rows.append(["median", *[""] * len(STRATEGIES),
                 *(f"{median(base[name] / times[s][name] for name in base):.2f}"
                   for s in STRATEGIES[1:])])
    context.table("loops", ["benchmark", *(f"{s} ms" for s in STRATEGIES),
                            *(f"{s} speed-up" for s in STRATEGIES[1:])], rows)
    plots.ratio_dots(context.picture("loops"),
                     {s: {name: base[name] / times[s][name] for name in base}
                      for s in STRATEGIES[1:]},
                     "library loops", TITLE, quantity="speed-up")
