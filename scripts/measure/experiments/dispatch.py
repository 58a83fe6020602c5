"""Experiment `dispatch`: dispatch techniques over Are-We-Fast-Yet and over one arithmetic loop."""

from measure import intervals, paths, plots, suites
from measure.experiments.context import Failure, medians

TITLE = "Dispatch techniques"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 4
PROCESSES = 5
_PLAIN = ("--superinstructions", "off", "--quicken", "off")
_STEP = 3
# The published comparison: engine -> nanoseconds for 10,000 rounds on a Ryzen 3700X.
PUBLISHED = {"ast-walker": 242722, "bytecode-switch": 133028, "closures": 80409,
             "closure-continuations": 38501, "closure-stack-continuations": 55571,
             "bytecode-closures": 272928, "stack-closures": 274446, "tape-closures": 199621,
             "register-closures": 83567, "tape-continuations": 42476, "native-plain": 17104}
_PUBLISHED_ROUNDS = 10000
# What the others are compared with. The published native loop took seven cycles a round, as code does that keeps its
# variables in memory; optimised code takes one.
_CANDLE = "native-plain"


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
    times = medians(context.measure(machines, benchmarks, "reference", PROCESSES, 1))
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
    times, compiling = {}, {}
    for line in context.checked([context.engine("lab_engines"), rounds, repeats]).stdout.splitlines():
        name, total, ns, compile_ns = line.split()
        _check(name, total, rounds)
        times[name] = float(ns)
        if not name.startswith("native"):
            compiling[name] = compile_ns
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
    # The clock counts microseconds: what it does not see took half of one.
    least = 500 / (rounds * repeats)
    times = {name: max(ns, least) for name, ns in times.items()}
    relative = {name: ns / times[_CANDLE] for name, ns in sorted(times.items(), key=lambda item: -item[1])}
    published = {name: ns / PUBLISHED[_CANDLE] for name, ns in PUBLISHED.items()}
    context.table("dispatch-loop",
                  ["engine", "ns a round", f"to {_CANDLE}", "compile ns", "published ns a round",
                   "published to native"],
                  [[name, f"{times[name]:.2f}", f"{ratio:.2f}", compiling.get(name, "-"),
                    f"{PUBLISHED[name] / _PUBLISHED_ROUNDS:.2f}" if name in PUBLISHED else "-",
                    f"{published[name]:.2f}" if name in PUBLISHED else "-"]
                   for name, ratio in relative.items()])
    plots.bars(context.picture("dispatch-loop"), relative,
               f"One round of add and decrement ({rounds:,} rounds, repeated)",
               f"time relative to {_CANDLE}, log scale (orange: engines without a VM)",
               highlight=engines, log=True, published=published)


def _check(name, total, rounds):
    if int(total) != rounds * _STEP:
        raise Failure(f"{name}: the loop's result is {total}, not {rounds * _STEP}")
