"""The figures of docs/memory.md: nursery sizes, full collections of a big heap, resident memory of a long run.

Times are those of --gc-stats and the CPU time of the process, each the least of several runs.
"""

import argparse
import json
import resource
import subprocess
import time
from pathlib import Path

from measure import paths, plots

PROGRAMS = paths.ROOT / "tests" / "gc" / "fixtures"
NURSERIES = ("256KB", "512KB", "1MB", "2MB", "4MB", "8MB")
SAMPLE_SECONDS = 0.05


def _class_path(*directories):
    return ":".join(str(directory) for directory in (*directories, paths.CORE_LIB))


def _awfy(name, inner):
    folders = ("", "Core", "CD", "DeltaBlue", "Havlak", "Json", "NBody", "Richards")
    path = _class_path(*(paths.AWFY / folder for folder in folders))
    return ["-cp", path, str(paths.AWFY / "Harness.som"), name, "1", str(inner)]


def _micro(name, inner):
    return ["-cp", _class_path(paths.MICRO), str(paths.MICRO / "BenchmarkHarness.som"), name, "1",
            str(inner)]


# The benchmarks that allocate most, at sizes of about a second or less.
WORKLOADS = {
    "Storage": _awfy("Storage", 300),
    "Havlak": _awfy("Havlak", 1),
    "CD": _awfy("CD", 100),
    "Json": _awfy("Json", 60),
    "GCBench": _micro("GCBench", 14),
    "Splay": _micro("Splay", 5),
}


def _run(vm, options, program):
    """CPU seconds and the collector's report of one run. Raises UserError when it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [str(vm), "--gc-stats=json", *options, *program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise paths.UserError(f"{' '.join(command)} ended with status {done.returncode}:\n"
                              f"{done.stdout[-500:]}{done.stderr[-500:]}")
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, json.loads(done.stderr.strip().splitlines()[-1])


def _collecting(report):
    """Milliseconds of all collections."""
    return sum(pauses["total"] for pauses in report["pause_us"].values()) / 1000


def sweep(vm, repetitions):
    """Prints a table: benchmarks by nursery size, with and without aging."""
    print("| benchmark | nursery | CPU s | collecting, ms | share | young | p50 ms | p99 ms | full "
          "| promoted MB |")
    print("| --- | --- " + "| ---: " * 8 + "|")
    for name, program in WORKLOADS.items():
        for nursery, aging in [*((size, True) for size in NURSERIES), ("4MB", False)]:
            options = ["--nursery", nursery] + ([] if aging else ["--no-gc-age"])
            runs = [_run(vm, options, program) for _ in range(repetitions)]
            cpu = min(run[0] for run in runs)
            report = min((run[1] for run in runs), key=_collecting)
            collecting = _collecting(report)
            young = report["pause_us"]["young"]
            print(f"| {name} | {nursery}{'' if aging else ', no aging'} | {cpu:.2f} "
                  f"| {collecting:.0f} | {collecting / cpu / 10:.1f} % "
                  f"| {report['collections']['young']} | {young['p50'] / 1000:.2f} "
                  f"| {young['p99'] / 1000:.2f} | {report['collections']['full']} "
                  f"| {report['promoted_bytes'] / 1e6:.0f} |", flush=True)


def live(vm, megabytes):
    """Prints the pauses of full collections of a heap with so much live."""
    program = ["-cp", _class_path(), str(PROGRAMS / "LiveHeap.som"), str(megabytes)]
    _, report = _run(vm, [], program)
    full = report["pause_us"]["full"]
    print(f"{report['live_bytes'] / 2**20:.0f} MB live, {report['collections']['full']} full "
          f"collections: median {full['p50'] / 1000:.0f} ms, longest {full['max'] / 1000:.0f} ms")


def resident_megabytes(pid):
    """What a process has in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def churn(vm, gigabytes, limit, picture):
    """Samples the resident memory while a program allocates; draws it."""
    plots.require(picture)
    command = [str(vm), f"-H{limit}", "-cp", _class_path(), str(PROGRAMS / "Churn.som"),
               str(gigabytes)]
    start = time.monotonic()
    samples = []
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while process.poll() is None:
            samples.append((time.monotonic() - start, resident_megabytes(process.pid)))
            time.sleep(SAMPLE_SECONDS)
    if process.returncode != 0:
        raise paths.UserError(f"{' '.join(command)} ended with status {process.returncode}")
    second_half = [size for at, size in samples if at > samples[-1][0] / 2]
    print(f"{gigabytes} GB through a heap of {limit} in {samples[-1][0]:.0f} s: at most "
          f"{max(size for _, size in samples):.1f} MB resident; in the second half "
          f"{min(second_half):.1f} to {max(second_half):.1f} MB")
    plots.over_time(picture, {"": samples}, f"{gigabytes} GB allocated, -H{limit}", "resident, MB")


def main():
    """Runs the command line; answers the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", help="default: the release build")
    commands = parser.add_subparsers(dest="command", required=True)
    sweep_command = commands.add_parser("sweep", help="nursery sizes and aging")
    sweep_command.add_argument("--repetitions", type=int, default=3, metavar="N")
    live_command = commands.add_parser("live", help="full collections of a big heap")
    live_command.add_argument("--megabytes", type=int, default=200, metavar="N")
    churn_command = commands.add_parser("churn", help="resident memory of a long run")
    churn_command.add_argument("--gigabytes", type=int, default=100, metavar="N")
    churn_command.add_argument("--limit", default="64MB", metavar="SIZE")
    churn_command.add_argument("--picture", default=str(paths.ROOT / "build" / "churn.svg"),
                               metavar="FILE")
    arguments = parser.parse_args()
    vm = arguments.vm or paths.release_vm()
    if arguments.command == "sweep":
        sweep(vm, arguments.repetitions)
    elif arguments.command == "live":
        live(vm, arguments.megabytes)
    else:
        churn(vm, arguments.gigabytes, arguments.limit, arguments.picture)
    return 0
