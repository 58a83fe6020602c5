"""A long run of the benchmarks: each suite in a process of its own, in a loop, under a heap limit.

Says whether all results were right and the resident memory stayed as it was, and draws the memory over time.
"""

import argparse
import subprocess
import tempfile
import time
from dataclasses import dataclass, field

from measure import memory, paths, plots, suites

PROGRAM = paths.ROOT / "scripts" / "measure" / "Soak.som"
SUITES = ("awfy", "survey")
# The beginning, in which classes are loaded, code is compiled and the heap finds its size, is not judged.
WARM_UP = 0.2
# The peak of the second half of the rest may be above that of the first by this factor and so many megabytes.
GROWTH_FACTOR = 1.05
GROWTH_MEGABYTES = 1
# What a process may need until it notices that its time is over.
PATIENCE_SECONDS = 600


@dataclass
class Soak:
    """One suite in its process, and what was seen of it."""

    suite: str
    process: subprocess.Popen
    log: object  # the file that has its standard error
    samples: list = field(default_factory=list)  # (seconds since the start, resident megabytes)
    errors: str = ""

    @property
    def rounds(self):
        """How many rounds it has done."""
        return sum(line.startswith("round ") for line in self.errors.splitlines())

    def complaint(self):
        """What is wrong with its end; nothing if all results were right."""
        others = [line for line in self.errors.splitlines() if not line.startswith("round ")]
        if self.process.returncode == 0 and not others:
            return ""
        return f"status {self.process.returncode}: " + ("; ".join(others[-3:]) or "no message")


def growth(samples):
    """Peaks of the resident memory in the halves behind the warm-up, and whether they tell of growth."""
    begin = samples[-1][0] * WARM_UP
    middle = (begin + samples[-1][0]) / 2
    first = max((size for at, size in samples if begin <= at <= middle), default=0)
    second = max(size for at, size in samples if at > middle or at == samples[-1][0])
    return first, second, second > first * GROWTH_FACTOR + GROWTH_MEGABYTES


def _start(vm, suite, names, size, seconds, limit):
    """The process of a suite, which has begun."""
    benchmarks = suites.select(suites.load(suite), names)
    folders = []
    for benchmark in benchmarks:
        folders += [folder for folder in map(str, (benchmark.directory / name for name in benchmark.folders))
                    if folder not in folders]
    words = [word for benchmark in benchmarks for word in (benchmark.name, str(benchmark.sizes[size]))]
    command = [str(vm), f"-H{limit}", "-cp", ":".join([*folders, str(paths.CORE_LIB)]), str(PROGRAM), str(seconds), *words]
    log = tempfile.TemporaryFile("w+", encoding="utf-8")  # a pipe would be full some day
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log)
    return Soak(suite, process, log)


def _watch(soaks, seconds, interval):
    """Samples the processes until all have ended. Raises UserError when one does not end."""
    start = time.monotonic()
    while any(soak.process.poll() is None for soak in soaks):
        now = time.monotonic() - start
        for soak in soaks:
            size = memory.resident_megabytes(soak.process.pid) if soak.process.poll() is None else None
            if size is not None:
                soak.samples.append((now, size))
        if now > seconds + PATIENCE_SECONDS:
            for soak in soaks:
                soak.process.kill()
            raise paths.UserError("a process did not end")
        time.sleep(interval)
    for soak in soaks:
        soak.log.seek(0)
        soak.errors = soak.log.read()
        soak.log.close()


def soak(vm, seconds, names, size, limit, picture):
    """Runs all suites, prints the verdict of each, draws. Answers whether all is well."""
    plots.require(picture)
    chosen = [suite for suite in SUITES
              if not names or any(b.name in names for b in suites.load(suite))]
    soaks = [_start(vm, suite, [b.name for b in suites.load(suite) if not names or b.name in names], size, seconds,
                    limit) for suite in chosen]
    _watch(soaks, seconds, min(1.0, seconds / 100))
    fine = True
    for one in soaks:
        complaint = one.complaint()
        if not one.samples:
            complaint = complaint or "it ended before it was looked at"
        first, second, grows = growth(one.samples) if one.samples else (0, 0, False)
        verdict = complaint or ("the memory GROWS" if grows else "flat, all results right")
        print(f"{one.suite}: {one.rounds} rounds in {one.samples[-1][0] if one.samples else 0:.0f} s, heap {limit}: "
              f"peak resident {first:.1f} MB, later {second:.1f} MB: {verdict}")
        fine = fine and not complaint and not grows
    plots.over_time(picture, {one.suite: one.samples for one in soaks}, f"benchmarks in a loop, -H{limit}",
                    "resident, MB")
    print(f"{'passed' if fine else 'FAILED'}; picture: {picture}")
    return fine


def main():
    """Runs the command line; answers the exit status: 1 if a result was wrong or the memory grew."""
    parser = argparse.ArgumentParser(prog="soak", description=__doc__.splitlines()[0])
    parser.add_argument("hours", type=float, metavar="HOURS", help="how long; fractions are allowed")
    parser.add_argument("--vm", help="default: the release build")
    parser.add_argument("--limit", default="64MB", metavar="SIZE", help="limit of each heap (default: 64MB)")
    parser.add_argument("--size", choices=suites.SIZES[:2], default="reference", help="of the benchmarks")
    parser.add_argument("--benchmark", action="append", default=[], metavar="NAME", help="only this one; may be repeated")
    parser.add_argument("--picture", default=str(paths.ROOT / "build" / "soak.svg"), metavar="FILE",
                        help="default: build/soak.svg")
    options = parser.parse_args()
    if not 0 < options.hours < 10000:
        raise paths.UserError(f"'{options.hours}' is no number of hours")
    known = {b.name for suite in SUITES for b in suites.load(suite)}
    if unknown := set(options.benchmark) - known:
        raise paths.UserError(f"there is no benchmark '{min(unknown)}' in {' and '.join(SUITES)}")
    vm = options.vm or paths.release_vm()
    return 0 if soak(vm, max(1, round(options.hours * 3600)), options.benchmark, options.size, options.limit,
                     options.picture) else 1
