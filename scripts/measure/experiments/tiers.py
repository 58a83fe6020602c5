"""Experiment `tiers`: speed over time from the start of the process, for VMs that compile while they run."""

from statistics import median

from measure import harness_log, plots
from measure.experiments.context import micro

TITLE = "Warm-up: speed over time from the process's start"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 8
PROCESSES = 3
# Program -> (iterations, inner value): an iteration takes about a hundredth of a second once compiled.
PROGRAMS = {"Richards": (150, 3), "NBody": (120, 40000), "Mandelbrot": (60, 100), "Towers": (150, 60),
            "Fannkuch": (60, 8), "SpectralNorm": (100, 100)}
_OTHERS = ("luajit", "pypy3", "node")
# Speed is that of the median of so many iterations.
_WINDOW = 5
_FULL_SPEED = 0.9


def run(context):
    """Prints when each VM reaches its speed; writes tiers.csv and the curves."""
    machines = [context.som("som", "--jit", "on"), context.som("som, interpreted")]
    machines += context.other_vms(*_OTHERS)
    panels = {}
    rows = []
    for benchmark in micro(*PROGRAMS):
        iterations, inner = PROGRAMS[benchmark.name]
        if context.smallest:
            iterations, inner = 2 * _WINDOW, context.inner(benchmark, "small")
        jobs = context.jobs(machines, benchmark, inner, iterations)
        curves = {job.vm.name: _curve(context, job, context.processes(PROCESSES)) for job in jobs}
        best = min(times[-1] for _, times in curves.values())
        panels[benchmark.name] = {name: (moments, [best / time for time in times])
                                  for name, (moments, times) in curves.items()}
        for name, (moments, times) in curves.items():
            reached = next(moment for moment, time in zip(moments, times)
                           if time * _FULL_SPEED <= times[-1])
            rows.append([benchmark.name, name, f"{moments[0] * 1000:.1f}",
                         f"{reached * 1000:.0f}", f"{times[-1] * 1000:.2f}"])
    context.table("tiers", ["program", "VM", "first iteration done after ms",
                            "0.9 of its speed after ms", "iteration ms at the end"], rows, left=2)
    plots.curves(context.picture("tiers"), panels, "seconds since the process started (log scale)",
                 "speed, 1: the fastest in the end", TITLE)


def _curve(context, job, processes):
    """(moments, times) in seconds: when each iteration ended and how long one took around then.

    Of several processes the one whose whole time is the median. The last time is the final speed:
    the median of the second half.
    """
    runs = []
    for _ in range(processes):
        argv, folder = job.command([])
        done = context.checked(argv, folder)
        # A clock may be too coarse for an iteration of the smallest size.
        times = [max(time, 1.0) / 1e6 for time in harness_log.runtimes_us(done.stdout)]
        runs.append((sum(times), max(0.0, done.cpu_seconds - sum(times)), times))
    _, start, times = sorted(runs)[len(runs) // 2]
    moments, smooth = [], []
    now = start
    for index, time in enumerate(times):
        now += time
        moments.append(now)
        smooth.append(median(times[index:index + _WINDOW]))
    final = median(times[len(times) // 2:])
    return [*moments, moments[-1]], [*smooth, final]
