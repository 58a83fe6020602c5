"""Experiment `nested-loop`: s := s + (i * j) over a square, in SOM, C and Lua."""

from statistics import median

from measure import pairs, plots
from measure.experiments.context import Failure

TITLE = "The nested arithmetic loop"
_SLOW = ("--inline-cache", "none", "--quicken", "off", "--superinstructions", "off",
         "--inline-control", "off", "--loops", "library")


def run(context):
    """Prints nanoseconds a round; writes nested-loop.csv and the picture."""
    size = 100 if context.smallest else 10000
    pair = next(pair for pair in pairs.load() if pair.name == "NestedLoop")
    machines = [context.som(f"som, {name}", "--dispatch", name) for name in context.dispatches()]
    machines.append(context.som("som, plain bytecodes", "--superinstructions", "off", "--quicken",
                                "off"))
    machines.append(context.som("som, rewritten loops", "--loops", "rewritten"))
    machines.append(context.som("som, nothing optimised", *_SLOW))
    machines.append(context.som("som, compiled", "--jit", "on"))
    machines += context.other_vms("lua5.4", "luajit-joff", "luajit")
    seconds = {vm.name: [] for vm in machines}
    for _ in range(context.processes(3)):
        for vm in machines:
            done = context.checked(pair.command(vm, size))
            _check(vm.name, done.stdout.strip(), size)
            seconds[vm.name].append(done.cpu_seconds)
    times = {name: median(values) * 1e9 / size ** 2 for name, values in seconds.items()}
    for level in ("0", "3"):
        done = context.checked([context.engine(f"nested_loop_o{level}"), size])
        wide, narrow, ns = done.stdout.split()
        _check(f"C++ -O{level}", wide, size)
        _check(f"C++ -O{level}, 32 bits", narrow, size, bits=32)
        times[f"C++ -O{level}"] = float(ns)
    ordered = dict(sorted(times.items(), key=lambda item: -item[1]))
    context.table("nested-loop", ["engine", "ns a round"],
                  [[name, f"{ns:.3f}"] for name, ns in ordered.items()])
    # A compiler that finds the closed form leaves nothing to measure; the axis still needs a number.
    plots.bars(context.picture("nested-loop"),
               {name: max(ns, 0.001) for name, ns in ordered.items()},
               f"s := s + (i * j), {size:,} x {size:,} rounds",
               "nanoseconds a round (log scale)", log=True,
               highlight=[name for name in ordered if not name.startswith("som")])


def _check(name, result, size, bits=64):
    expected = (size * (size - 1) // 2) ** 2 % 2 ** bits
    if int(result) != expected:
        raise Failure(f"{name}: the loop's result is {result}, not {expected}")
