"""Results files: the one JSON document a session leaves behind, and the same as CSV.

The JSON document keeps every single measurement; medians and intervals are computed when it is read.
"""

import csv
import json
import statistics

from measure import harness_log, paths

FORMAT = 1
_GC_COLUMNS = (
    ("nursery_collections", ("collections", "young")),
    ("full_collections", ("collections", "full")),
    ("allocated_bytes", ("allocated_bytes",)),
    ("peak_heap_bytes", ("peak_bytes",)),
    ("nursery_pause_p99_us", ("pause_us", "young", "p99")),
    ("full_pause_max_us", ("pause_us", "full", "max")),
    ("gc_total_us", None),
)


def save_json(path, document):
    """Writes a results document; its "format" is set here."""
    with paths.writing(path, encoding="utf-8") as stream:
        json.dump({"format": FORMAT, **document}, stream, indent=1)
        stream.write("\n")


def load_json(path):
    """Reads a results document; raises UserError when the file is none."""
    try:
        with open(path, encoding="utf-8") as stream:
            document = json.load(stream)
    except (OSError, ValueError) as error:
        raise paths.UserError(f"cannot read results from {path}: {error}") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT or "runs" not in document:
        raise paths.UserError(f"{path} is no results file of scripts/awfy (format {FORMAT})")
    return document


def save_csv(path, runs):
    """One row a measurement, as R's read.csv has it; a failed run has one row without a time.

    The times and sizes of the process stand in each of its rows.
    """
    columns = ["vm", "suite", "group", "benchmark", "inner", "process", "iteration", "status",
               "runtime_us", "wall_s", "cpu_s", "peak_kb", *(name for name, _ in _GC_COLUMNS)]
    with paths.writing(path, newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(columns)
        for run in runs:
            head = [run[key] for key in ("vm", "suite", "group", "benchmark", "inner", "process")]
            gc = gc_figures(run)
            tail = [*(run.get(key) for key in ("wall_s", "cpu_s", "peak_kb")), *(gc.get(name) for name, _ in _GC_COLUMNS)]
            for number, time in enumerate(run["runtimes_us"] or [None], 1):
                writer.writerow([*head, number, run["status"], time, *tail])


def gc_figures(run):
    """The collector's figures of a run under flat names; empty when the VM reported none."""
    gc = run.get("gc")
    if not gc:
        return {}
    figures = {name: _dig(gc, keys) for name, keys in _GC_COLUMNS if keys}
    totals = [_dig(gc, ("pause_us", kind, "total")) for kind in ("young", "full")]
    figures["gc_total_us"] = sum(total for total in totals if total is not None)
    return figures


def samples(runs):
    """(vm, suite, benchmark) -> list of processes, each a list of times; successful runs only."""
    table = {}
    for run in runs:
        if run["status"] == harness_log.OK and run["runtimes_us"]:
            key = (run["vm"], run["suite"], run["benchmark"])
            # The clock's resolution is a microsecond: 0 means "less than one".
            table.setdefault(key, []).append([max(time, 0.5) for time in run["runtimes_us"]])
    return table


def median_figure(runs, name):
    """Median over `runs` of a number stored under `name` in the run or its collector's figures."""
    values = [run.get(name, gc_figures(run).get(name)) for run in runs]
    values = [value for value in values if value is not None]
    return statistics.median(values) if values else None


def failures(runs):
    """The runs that did not succeed."""
    return [run for run in runs if run["status"] != harness_log.OK]


def _dig(tree, keys):
    for key in keys:
        if not isinstance(tree, dict) or key not in tree:
            return None
        tree = tree[key]
    return tree
