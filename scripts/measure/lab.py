"""The command line of scripts/lab: runs one experiment of the dispatch laboratory, or all."""

import argparse
import sys

from measure import intervals, lab_all, paths, plots
from measure.experiments import (caches, context, dispatch, doubles, ladder, loops, nested_loop,
                                 paper_table, tiers)

EXPERIMENTS = {"loops": loops, "dispatch": dispatch, "nested-loop": nested_loop, "caches": caches,
               "ladder": ladder, "doubles": doubles, "tiers": tiers, "paper-table": paper_table}


def parser():
    """The argument parser."""
    listing = "\n".join(f"  {name:12} {module.TITLE}" for name, module in EXPERIMENTS.items())
    result = argparse.ArgumentParser(
        prog="lab", formatter_class=argparse.RawDescriptionHelpFormatter,
        description="Runs an experiment: prints a table, writes it as CSV and a picture of it. `all` runs every one.",
        epilog=f"experiments:\n{listing}\n\nquestion, method and a reference result of each: "
               "docs/experiments/.\nexit status: 0 done, 1 a program failed or gave a wrong result, "
               "2 wrong use")
    add = result.add_argument
    add("experiment", choices=[*EXPERIMENTS, "all"], metavar="EXPERIMENT", help="one of those below, or all")
    add("--report", metavar="FILE", help="of all: one page with machine, versions, tables and pictures")
    add("--pdf", metavar="FILE", help="of all: the same as PDF")
    add("--resume", action="store_true", help="of all: go on where an earlier run with these options ended")
    add("--smallest", action="store_true", help="smallest sizes, once: a check that it works")
    add("--out", metavar="DIR",
        help="for the results (default docs/experiments/results, for --smallest build/lab)")
    add("--format", choices=("svg", "png", "pdf"), default="svg", help="of the picture")
    add("--processes", type=_positive, metavar="N", help="processes for each program and VM")
    add("--iterations", type=_positive, metavar="N", help="measurements in each process")
    add("--timeout", type=float, default=1800, metavar="S", help="for one process (default 1800 s)")
    add("--som", metavar="PROGRAM", help="the VM (default build/release/som)")
    add("--engines", metavar="DIR", help="directory of the reference programs of tests/lab")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    if options.experiment != "all" and (options.report or options.pdf or options.resume):
        raise paths.UserError("--report, --pdf and --resume go with `scripts/lab all`")
    paths.need("measure")
    plots.require()
    intervals.require()
    if options.out is None:
        # Trial figures must not replace those the pages show.
        options.out = str(paths.ROOT / ("build/lab" if options.smallest
                                        else "docs/experiments/results"))
    if options.experiment == "all":
        return lab_all.run(EXPERIMENTS, options)
    chosen = EXPERIMENTS[options.experiment]
    print(f"{chosen.TITLE}\n")
    try:
        laboratory = context.Context(options)
        chosen.run(laboratory)
        laboratory.save_measurements(options.experiment)
    except context.Failure as failure:
        print(f"lab {options.experiment}: {failure}", file=sys.stderr)
        return 1
    print(f"\nwritten to {options.out}")
    return 0


def _positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number
