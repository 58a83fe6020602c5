"""Text tables: a session's summary, its failures, and the comparison of two samples sets."""

from measure import intervals, results


def table(header, rows, left=1):
    """Lines of an aligned table; the first `left` columns flush left, the others right."""
    cells = [[str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(len(row[i]) for row in cells) for i in range(len(header))]
    lines = []
    for index, row in enumerate(cells):
        lines.append("  ".join(cell.ljust(width) if i < left else cell.rjust(width)
                               for i, (cell, width) in enumerate(zip(row, widths))).rstrip())
        if index == 0:
            lines.append("  ".join("-" * width for width in widths))
    return lines


def significant(value, digits=3):
    """`value` with that many significant digits and no exponent; a dash for None."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    text = f"{value:.{digits}g}"
    return f"{float(text):.0f}" if abs(value) >= 10 ** digits or "e" in text else text


def summary(runs):
    """Lines of the table of medians, intervals, memory and collector figures of a session."""
    by_key = results.samples(runs)
    rows = []
    for (vm, suite, benchmark), samples in by_key.items():
        mine = [run for run in runs
                if (run["vm"], run["suite"], run["benchmark"]) == (vm, suite, benchmark)]
        interval = intervals.median_interval(samples)
        allocated = results.median_figure(mine, "allocated_bytes")
        pause = results.median_figure(mine, "nursery_pause_p99_us")
        rows.append([f"{suite}/{benchmark}", vm, mine[0]["inner"],
                     f"{interval.value / 1000:.2f}",
                     f"{interval.low / 1000:.2f} .. {interval.high / 1000:.2f}",
                     f"{results.median_figure(mine, 'peak_kb') / 1024:.1f}",
                     significant(results.median_figure(mine, "nursery_collections")),
                     significant(results.median_figure(mine, "full_collections")),
                     "-" if allocated is None else f"{allocated / 1e6:.1f}",
                     significant(pause)])
    header = ["benchmark", "vm", "inner", "median ms", "95 % interval", "peak MB", "nursery GCs",
              "full GCs", "allocated MB", "p99 pause us"]
    return table(header, rows, left=2)


def failure_lines(runs):
    """One line for each failed run, naming benchmark, VM, kind of failure and evidence."""
    return [f"FAILED {run['suite']}/{run['benchmark']} on {run['vm']}, process {run['process']}: "
            f"{run['status']}: {run['message']}" for run in results.failures(runs)]


def comparison(base, other, base_name, other_name):
    """Lines comparing two sample tables benchmark by benchmark.

    base, other: (suite, benchmark) -> samples. Ratios are other / base: below 1 means `other` is
    faster. Benchmarks that only one side has are named at the end.
    """
    shared = [key for key in base if key in other]
    rows = []
    for key in shared:
        ratio = intervals.ratio_interval(other[key], base[key])
        rows.append(["/".join(key), f"{intervals.median_of(base[key]) / 1000:.2f}",
                     f"{intervals.median_of(other[key]) / 1000:.2f}", f"{ratio.value:.3f}",
                     f"{ratio.low:.3f} .. {ratio.high:.3f}",
                     _words(intervals.verdict(other[key], base[key]))])
    header = ["benchmark", f"{base_name} ms", f"{other_name} ms", "ratio", "95 % interval", "verdict"]
    lines = [f"{other_name} relative to {base_name} (below 1: {other_name} is faster)",
             *table(header, rows)]
    for suite in dict.fromkeys(suite for suite, _ in shared):
        pairs = [(other[key], base[key]) for key in shared if key[0] == suite]
        mean = intervals.geometric_mean_interval(pairs)
        lines.append(f"geometric mean over {len(pairs)} {suite} benchmarks: {mean.value:.3f} "
                     f"({mean.low:.3f} .. {mean.high:.3f})")
    for name, here, there in ((base_name, base, other), (other_name, other, base)):
        alone = ["/".join(key) for key in here if key not in there]
        if alone:
            lines.append(f"only in {name}: {', '.join(alone)}")
    if not shared:
        lines.append("no benchmark in common")
    return lines


def by_vm(runs):
    """vm -> ((suite, benchmark) -> samples)."""
    split = {}
    for (vm, suite, benchmark), samples in results.samples(runs).items():
        split.setdefault(vm, {})[(suite, benchmark)] = samples
    return split


def ratio_groups(by_name, base_name):
    """Median ratios to VM `base_name` for a plot: vm -> (label -> ratio).

    Labels carry the suite only where both suites are there.
    """
    base = by_name[base_name]
    both = len({suite for suite, _ in base}) > 1

    def ratios(samples):
        return {"/".join(key) if both else key[1]:
                intervals.median_of(samples[key]) / intervals.median_of(base[key])
                for key in samples if key in base}

    return {name: ratios(samples) for name, samples in by_name.items() if name != base_name}


def _words(verdict):
    return {"faster": "faster", "slower": "SLOWER", "same": "within noise",
            "too few": "too few measurements"}[verdict]
