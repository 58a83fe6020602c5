"""Interleaved benchmark runs with progress: from a list of jobs to a list of run records.

Interleaving: in every round each benchmark runs on all VMs, one after the other, and the VM that
begins changes from round to round; a slow phase of the machine then meets all of them.
"""

import json
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from measure import harness_log, process


@dataclass(frozen=True)
class Job:
    """A benchmark on a VM: everything needed to start it any number of times.

    command: function from extra VM options to (argument vector, working directory).
    """

    vm: object
    benchmark: object
    inner: int
    command: object


class Progress:
    """Prints one line for each finished run to standard error, with the time still to go."""

    def __init__(self, total, quiet=False):
        self._total = total
        self._done = 0
        self._quiet = quiet
        self._started = time.monotonic()

    def report(self, text):
        """Counts one run as finished and shows `text` for it."""
        self._done += 1
        if self._quiet:
            return
        elapsed = time.monotonic() - self._started
        left = elapsed / self._done * (self._total - self._done)
        width = len(str(self._total))
        print(f"[{self._done:{width}}/{self._total}] {text}  ({left:.0f} s left)", file=sys.stderr,
              flush=True)


def interleaved(items, rounds):
    """Order of an interleaved run.

    items: list of lists; each inner list holds what belongs side by side.
    Yields (round number from 1, element).
    """
    for number in range(rounds):
        for group in items:
            shift = number % len(group)
            for element in group[shift:] + group[:shift]:
                yield number + 1, element


def run(jobs_by_benchmark, processes, iterations, timeout, warmup=0, quiet=False):
    """Runs every job `processes` times, interleaved.

    jobs_by_benchmark: list of lists of Job, one inner list for each benchmark.
    warmup: leading measurements of each process that are recorded but not among `runtimes_us`.
    Returns run records, dictionaries as the results module writes them. A failing run does not stop
    the session; it is recorded with its kind and evidence.
    """
    total = processes * sum(len(jobs) for jobs in jobs_by_benchmark)
    progress = Progress(total, quiet)
    records = []
    for number, job in interleaved(jobs_by_benchmark, processes):
        record = _run_once(job, number, iterations, timeout, warmup)
        records.append(record)
        progress.report(_progress_text(record))
    return records


def _run_once(job, number, iterations, timeout, warmup):
    record = {"vm": job.vm.name, "suite": job.benchmark.suite, "group": job.benchmark.group,
              "benchmark": job.benchmark.name, "inner": job.inner, "process": number}
    if job.vm.language == "som" and not job.benchmark.source_exists():
        record.update(status=harness_log.MISSING, runtimes_us=[], warmup_us=[],
                      message=f"no {job.benchmark.name}.som below {job.benchmark.directory}")
        return record
    with tempfile.TemporaryDirectory(prefix="som-gc-") as scratch:
        gc_file = Path(scratch, "gc.json")
        argv, cwd = job.command(job.vm.gc_options(gc_file))
        done = process.run(argv, timeout, cwd)
        gc = _read_gc(gc_file)
    status, message = harness_log.outcome(done, iterations + warmup)
    times = harness_log.runtimes_us(done.stdout)
    record.update(status=status, message=message, warmup_us=times[:warmup],
                  runtimes_us=times[warmup:], wall_s=round(done.wall_seconds, 4),
                  cpu_s=round(done.cpu_seconds, 4), peak_kb=done.peak_kb, gc=gc)
    return record


def _read_gc(path):
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def _progress_text(record):
    where = f"{record['suite']}/{record['benchmark']} {record['vm']} #{record['process']}"
    if record["status"] != harness_log.OK:
        return f"{where}  {record['status'].upper()}: {record['message']}"
    best = min(record["runtimes_us"]) / 1000
    return f"{where}  {best:.1f} ms  {record['peak_kb'] / 1024:.0f} MB"
