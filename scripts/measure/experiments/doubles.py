"""Experiment `doubles`: immediate against boxed doubles, with what the collector has to do for them."""

from measure import plots, results
from measure.experiments.context import Failure, medians, micro

TITLE = "Immediate and boxed doubles"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 1
PROCESSES = 5
PROGRAMS = ("NBody", "Mandelbrot", "SpectralNorm")
ENCODINGS = ("immediate", "boxed")


def run(context):
    """Prints times, allocation and collections; writes doubles.csv and the picture."""
    machines = [context.som(name, "--doubles", name) for name in ENCODINGS]
    runs = context.measure(machines, micro(*PROGRAMS), "reference", PROCESSES, 1)
    times = medians(runs)
    rows = []
    relative, allocated, collections = ({name: {} for name in ENCODINGS} for _ in range(3))
    for program in PROGRAMS:
        for name in ENCODINGS:
            mine = [run for run in runs if (run["vm"], run["benchmark"]) == (name, program)]
            size = results.median_figure(mine, "allocated_bytes")
            count = results.median_figure(mine, "nursery_collections")
            if size is None or count is None:
                raise Failure(f"{program} with {name} doubles: no figures from --gc-stats-file")
            relative[name][program] = times[name][program] / times["immediate"][program]
            allocated[name][program] = size / 1e6
            collections[name][program] = count
            rows.append([program, name, f"{times[name][program]:.2f}",
                         f"{relative[name][program]:.2f}", f"{size / 1e6:.1f}", f"{count:.0f}"])
    context.table("doubles", ["benchmark", "doubles", "ms an iteration", "relative time",
                              "allocated MB", "nursery collections"], rows, left=2)
    plots.grouped_bars(context.picture("doubles"),
                       {"time relative to immediate": relative,
                        "allocated MB (whole process)": allocated,
                        "nursery collections": collections}, TITLE)
