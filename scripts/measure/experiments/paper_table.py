"""Experiment `paper-table`: classic programs, short and long, on every VM installed.

As in the study it follows: whole processes are timed, start-up and warm-up included, and the table
shows the mean and the 95 % confidence interval of many interleaved runs.
"""

from statistics import mean

from measure import intervals, plots
from measure.experiments import programs

TITLE = "Classic programs on every VM installed"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 180
PROCESSES = 30
# Program -> inner value of the short and of the long run. The study's eleventh is regex-dna.
SIZES = {"BinaryTrees": (9, 14), "Dhrystone": (10000, 300000), "Fannkuch": (8, 9), "Fasta": (1000, 200000),
         "KNucleotide": (2000, 200000), "Mandelbrot": (100, 500), "NBody": (5000, 200000),
         "ReverseComplement": (10000, 500000), "Richards": (2, 20), "SpectralNorm": (50, 200)}
SMALLEST = {"BinaryTrees": 4, "Dhrystone": 10, "Fannkuch": 5, "Fasta": 10, "KNucleotide": 100, "Mandelbrot": 1,
            "NBody": 1, "ReverseComplement": 100, "Richards": 1, "SpectralNorm": 10}
_OTHERS = ("gcc -O3", "hotspot", "lua5.4", "luajit-joff", "luajit", "python3", "pypy3-joff", "pypy3", "jython", "ruby",
           "jruby", "node")
# These take seconds to start: left out of a check that everything works.
_SLOW_TO_START = ("jython", "jruby")
_BASE = "gcc -O3"


def run(context):
    """Prints means with intervals, and means relative to C; writes paper-table, paper-table-to-c and the picture."""
    others = [name for name in _OTHERS if not context.smallest or name not in _SLOW_TO_START]
    machines = [context.som("som", "--jit", "on"), context.som("som, interpreted"), *context.other_vms(*others)]
    names = [vm.name for vm in machines]
    runs = {}
    for length, index in (("short", 0), ("long", 1)):
        if context.smallest and length == "long":
            continue
        jobs = [context.jobs(machines, programs.som_benchmark(name),
                             SMALLEST[name] if context.smallest else sizes[index], 1)
                for name, sizes in SIZES.items()]
        for record in context.run(jobs, context.processes(PROCESSES), 1):
            key = (f"{record['benchmark']} {length}", record["vm"])
            runs.setdefault(key, []).append(record["wall_s"])
    lines = list(dict.fromkeys(program for program, _ in runs))
    means = {key: mean(seconds) for key, seconds in runs.items()}
    context.table("paper-table", ["program", *(f"{name} s" for name in names)],
                  [[line, *(_with_interval(runs[line, name]) for name in names)] for line in lines])
    if _BASE in names:
        print()
        context.table("paper-table-to-c", ["program", *names], _relative(means, lines, names))
    ratios = {name: {line: means[line, name] / means[line, "som"] for line in lines} for name in names[1:]}
    plots.ratio_dots(context.picture("paper-table"), ratios, "som", TITLE)


def _with_interval(seconds):
    interval = intervals.mean_interval(seconds)
    return f"{interval.value:.3f} ±{(interval.high - interval.low) / 2:.3f}"


def _relative(means, lines, names):
    """Rows of the table relative to C, with a geometric mean for each length of run."""
    rows = [[line, *(f"{means[line, name] / means[line, _BASE]:.2f}" for name in names)] for line in lines]
    for length in dict.fromkeys(line.split()[-1] for line in lines):
        chosen = [line for line in lines if line.endswith(length)]
        rows.append([f"geometric mean, {length}",
                     *(f"{intervals.geometric_mean(means[line, name] / means[line, _BASE] for line in chosen):.2f}"
                       for name in names)])
    return rows
