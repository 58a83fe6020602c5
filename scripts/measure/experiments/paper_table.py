"""Experiment `paper-table`: classic programs, short and long, on every VM installed.

As in the study it follows: whole processes are timed, start-up and warm-up included, and the table
shows the mean and the 95 % confidence interval of many interleaved runs.
"""

from statistics import mean

from measure import intervals, plots
from measure.experiments.context import micro

TITLE = "Classic programs on every VM installed"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 120
PROCESSES = 30
# Program -> inner value of the short and of the long run.
SIZES = {"Richards": (2, 20), "Fannkuch": (8, 9), "Mandelbrot": (100, 500), "NBody": (5000, 200000),
         "SpectralNorm": (50, 200), "Towers": (20, 300)}
_SMALLEST = {"Richards": 1, "Fannkuch": 5, "Mandelbrot": 1, "NBody": 1, "SpectralNorm": 10,
             "Towers": 1}
_OTHERS = ("lua5.4", "luajit-joff", "luajit", "pypy3", "python3", "ruby", "node")


def run(context):
    """Prints mean and interval in seconds; writes paper-table.csv and ratios to som as a picture."""
    machines = [context.som("som")] + context.other_vms(*_OTHERS)
    runs = {}
    for length, index in (("short", 0), ("long", 1)):
        if context.smallest and length == "long":
            continue
        jobs = [context.jobs(machines, b, _SMALLEST[b.name] if context.smallest
                             else SIZES[b.name][index], 1)
                for b in micro(*SIZES)]
        for record in context.run(jobs, context.processes(PROCESSES), 1):
            key = (f"{record['benchmark']} {length}", record["vm"])
            runs.setdefault(key, []).append(record["wall_s"])
    programs = list(dict.fromkeys(program for program, _ in runs))
    rows = []
    for program in programs:
        row = [program]
        for vm in machines:
            interval = intervals.mean_interval(runs[program, vm.name])
            row.append(f"{interval.value:.3f} ±{(interval.high - interval.low) / 2:.3f}")
        rows.append(row)
    context.table("paper-table", ["program", *(f"{vm.name} s" for vm in machines)], rows)
    ratios = {vm.name: {program: mean(runs[program, vm.name]) / mean(runs[program, "som"])
                        for program in programs} for vm in machines[1:]}
    plots.ratio_dots(context.picture("paper-table"), ratios, "som", TITLE)
