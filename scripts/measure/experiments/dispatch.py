"""Experiment `dispatch`: dispatch techniques over Are-We-Fast-Yet and over one arithmetic loop."""

from measure import intervals, paths, plots, suites
from measure.experiments.context import Failure, medians

TITLE = "Dispatch techniques"
_PLAIN = ("--superinstructions", "off", "--quicken", "off")
_STEP = 3


def run(context):
    """Prints both tables; writes dispatch-awfy and dispatch-loop as CSV and picture."""
    _awfy(context)
    print()
    _loop(context)


def _awfy(context):
    names = context.dispatches()
    benchmarks = suites.awfy()
    if context.smallest:
        benchmarks = suites.select(benchmarks, ["Queens", "Richards"])
    machines = [context.som(name, "--dispatch", name) for name in names]
    times = medians(context.measure(machines, benchmarks, "reference", 5, 1))
    base = times[names[0]]
    ratios = {name: {b: times[name][b] / base[b] for b in base} for name in names[1:]}
    rows = [[b, *(f"{times[name][b]:.2f}" for name in names),
             *(f"{ratios[name][b]:.3f}" for name in names[1:])] for b in base]
    rows.append(["geometric mean", *[""] * len(names),
                 *(f"{intervals.geometric_mean(ratios[name].values()):.3f}" for name in names[1:])])
    context.table("dispatch-awfy", ["benchmark", *(f"{name} ms" for name in names),
                                    *(f"{name}/switch" for name in names[1:])], rows)
    plots.ratio_dots(context.picture("dispatch-awfy"), ratios, "switch",
                     "Are-We-Fast-Yet by dispatch technique")


def _loop(context):
    rounds, repeats = (1000, 2) if context.smallest else (10000, 2000)
    times = {}
    for line in context.checked([context.engine("lab_engines"), rounds, repeats]).stdout.splitlines():
        name, total, ns = line.split()
        _check(name, total, rounds)
        times[name] = float(ns)
    engines = list(times)
    machines = [context.som("som, compiled", "--jit", "on")]
    for technique in context.dispatches():
        machines.append(context.som(f"som, {technique}, plain bytecodes", "--dispatch", technique,
                                    *_PLAIN))
        machines.append(context.som(f"som, {technique}", "--dispatch", technique))
    for vm in machines:
        done = context.checked([*vm.command, "-cp", str(paths.CORE_LIB),
                                str(paths.LAB / "ArithmeticLoop.som"), rounds, repeats])
        total, microseconds = done.stdout.split()
        _check(vm.name, total, rounds)
        times[vm.name] = float(microseconds) * 1000 / (rounds * repeats)
    ordered = dict(sorted(times.items(), key=lambda item: -item[1]))
    context.table("dispatch-loop", ["engine", "ns a round"],
                  [[name, f"{ns:.2f}"] for name, ns in ordered.items()])
    plots.bars(context.picture("dispatch-loop"), ordered,
               f"One round of add and decrement ({rounds:,} rounds, repeated)",
               "nanoseconds a round (orange: engines without a VM)",
               highlight=engines)


def _check(name, total, rounds):
    if int(total) != rounds * _STEP:
        raise Failure(f"{name}: the loop's result is {total}, not {rounds * _STEP}")
