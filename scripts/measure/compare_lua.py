"""The command line of scripts/compare-lua: paired programs side by side on SOM and Lua VMs.

Times are processor times of whole processes (user and system), which other load disturbs less than
the wall clock; all VMs involved run a program in a single thread.
"""

import argparse
import json

from measure import (harness_log, intervals, machine, pairs, paths, process, report, session, vms)

_LUA_VMS = ("lua5.4", "luajit-joff", "luajit")


def parser():
    """The argument parser."""
    result = argparse.ArgumentParser(
        prog="compare-lua",
        description="Runs the paired programs of tests/pairs interleaved on som, lua5.4, "
                    "luajit -joff and any --vm; checks that all print the same and shows ratios.",
        epilog="exit status: 0 all outputs equal, 1 a program failed or differed, 2 wrong use")
    add = result.add_argument
    add("names", nargs="*", metavar="NAME", help="pairs to run; default: all")
    add("--list", action="store_true", help="list the pairs and stop")
    add("--quick", action="store_true", help="small sizes, once: checks the results, not the speed")
    add("--rounds", type=int, metavar="N", help="runs of each program on each VM (default 5)")
    add("--vm", action="append", metavar="NAME=COMMAND",
        help="another SOM VM; the name som replaces our own")
    add("--vms", metavar="NAME,...", help="run only these (also: luajit, with its compiler)")
    add("--timeout", type=float, default=300, metavar="S", help="for one run (default 300 s)")
    add("--json", metavar="FILE", help="write all figures to FILE")
    add("--quiet", action="store_true", help="no progress lines")
    return result


def main(arguments=None):
    """Runs the command; returns the exit status."""
    options = parser().parse_args(arguments)
    if options.rounds is not None and options.rounds < 1:
        raise paths.UserError("--rounds must be at least 1")
    chosen = _select(pairs.load(), options.names)
    if options.list:
        print("\n".join(report.table(["pair", "does", "quick", "full"],
                                     [[p.name, p.does, p.quick, p.full] for p in chosen], left=2)))
        return 0
    paths.need("measure")
    intervals.require()
    machines = _vms(options)
    rounds = options.rounds or (1 if options.quick else 5)
    runs = _run(chosen, machines, rounds, options)
    failed = _failures(chosen, runs)
    _show(chosen, machines, runs, options.quick)
    if options.json:
        _save(options, chosen, machines, runs)
    print("\n".join([*failed, f"{len(chosen) - len({line.split()[1] for line in failed})} of "
                              f"{len(chosen)} pairs agree on {', '.join(m.name for m in machines)}"]))
    return 1 if failed else 0


def _select(known, names):
    by_name = {pair.name: pair for pair in known}
    for name in names:
        if name not in by_name:
            raise paths.UserError(f"no pair named '{name}'; there are {', '.join(by_name)}")
    return [by_name[name] for name in names] or known


def _vms(options):
    lua = [vm for vm in vms.installed(("lua",)) if vm.name in _LUA_VMS]
    if not options.vms:
        lua = [vm for vm in lua if vm.name != "luajit"]
    if not lua:
        raise paths.UserError("no Lua VM found: install lua5.4 or luajit")
    return vms.choose(vms.som_vms(options.vm) + lua, options.vms)


def _run(chosen, machines, rounds, options):
    progress = session.Progress(rounds * len(chosen) * len(machines), options.quiet)
    groups = [[(pair, vm) for vm in machines] for pair in chosen]
    runs = {(pair.name, vm.name): [] for pair in chosen for vm in machines}
    for number, (pair, vm) in session.interleaved(groups, rounds):
        size = pair.quick if options.quick else pair.full
        done = process.run(pair.command(vm, size), options.timeout)
        runs[pair.name, vm.name].append(done)
        progress.report(f"{pair.name} {vm.name} #{number}  {done.cpu_seconds:.3f} s")
    return runs


def _failures(chosen, runs):
    """A line for each program that failed or printed something other than the rest."""
    lines = []
    for pair in chosen:
        mine = {vm: done for (name, vm), done in runs.items() if name == pair.name}
        outputs = {}
        for vm, done in mine.items():
            for each in done:
                if each.timed_out:
                    problem = f"killed after {each.wall_seconds:.0f} s"
                elif each.signal is not None:
                    problem = f"ended by {each.signal_name}"
                elif each.status != 0:
                    problem = f"exit status {each.status}: {harness_log.last_line(each)}"
                else:
                    outputs.setdefault(each.stdout.strip(), vm)
                    continue
                lines.append(f"FAILED {pair.name} on {vm}: {problem}")
                break
        if len(outputs) > 1:
            shown = "; ".join(f"{vm}: {' '.join(text.split())[:60] or 'nothing'}"
                              for text, vm in outputs.items())
            lines.append(f"FAILED {pair.name} differs: {shown}")
    return lines


def _samples(done):
    return [[each.cpu_seconds] for each in done]


def _good(done):
    return all(each.status == 0 for each in done)


def _show(chosen, machines, runs, quick):
    bases = [vm for vm in machines if vm.language == "lua"]
    soms = [vm for vm in machines if vm.language == "som"]
    columns = [(som, lua) for lua in bases for som in soms]
    header = ["pair", *(f"{vm.name} s" for vm in machines),
              *(f"{som.name}/{lua.name}" for som, lua in columns), *(f"{s.name} ns" for s in soms)]
    rows = []
    for pair in chosen:
        times = {vm.name: intervals.median_of(_samples(runs[pair.name, vm.name]))
                 if _good(runs[pair.name, vm.name]) else None for vm in machines}
        steps = pair.count(pair.quick if quick else pair.full)
        rows.append([
            pair.name, *("-" if times[vm.name] is None else f"{times[vm.name]:.3f}"
                         for vm in machines),
            *(_ratio(times[som.name], times[lua.name]) for som, lua in columns),
            *(report.significant(times[s.name] and times[s.name] / steps * 1e9) for s in soms)])
    print("\n".join(report.table(header, rows)))
    print("(processor time of the whole process, median; ns: for one step of the program)")
    for som, lua in columns:
        both = [(_samples(runs[pair.name, som.name]), _samples(runs[pair.name, lua.name]))
                for pair in chosen if _good(runs[pair.name, som.name] + runs[pair.name, lua.name])]
        if both and not quick:
            mean = intervals.geometric_mean_interval(both)
            print(f"geometric mean {som.name} / {lua.name} over {len(both)} pairs: {mean.value:.3f} "
                  f"({mean.low:.3f} .. {mean.high:.3f})")


def _ratio(time, base):
    return "-" if time is None or base is None else f"{time / base:.2f}"


def _save(options, chosen, machines, runs):
    document = {
        "machine": machine.describe_machine(), "revision": machine.describe_revision(),
        "vms": [vm.describe() for vm in machines],
        "runs": [{"pair": pair.name, "size": pair.quick if options.quick else pair.full,
                  "vm": vm.name, "cpu_s": [each.cpu_seconds for each in runs[pair.name, vm.name]],
                  "wall_s": [round(each.wall_seconds, 4) for each in runs[pair.name, vm.name]],
                  "peak_kb": [each.peak_kb for each in runs[pair.name, vm.name]],
                  "status": [each.status for each in runs[pair.name, vm.name]]}
                 for pair in chosen for vm in machines]}
    with paths.writing(options.json, encoding="utf-8") as stream:
        json.dump(document, stream, indent=1)
        stream.write("\n")
    print(f"written: {options.json}")
