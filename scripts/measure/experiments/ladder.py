"""Experiment `ladder`: from a naive configuration to the default, one optimisation at a time."""

from measure import intervals, plots, suites
from measure.experiments.context import medians, micro

TITLE = "From hash-table look-ups to the default, step by step"
# Of a full run on an idle machine, with its number of processes; an estimate.
MINUTES = 120
PROCESSES = 30
_SUITE_PROCESSES = 1
PROGRAMS = ("Richards", "DeltaBlue", "NBody", "Splay")
# Each step keeps what the steps before it switched on.
STEPS = (
    ("naive", {"--dispatch": "switch", "--inline-cache": "none", "--quicken": "off",
               "--superinstructions": "off", "--inline-control": "off", "--loops": "library",
               "--doubles": "boxed"}),
    ("global cache", {"--inline-cache": "global"}),
    ("monomorphic caches", {"--inline-cache": "mono"}),
    ("polymorphic caches", {"--inline-cache": "poly"}),
    ("inlined control", {"--inline-control": "on"}),
    ("loop primitives", {"--loops": "primitive"}),
    ("rewritten blocks", {"--loops": "rewritten"}),
    ("inlined loops", {"--loops": "inlined"}),
    ("immediate doubles", {"--doubles": "immediate"}),
    ("quickening", {"--quicken": "on"}),
    ("superinstructions", {"--superinstructions": "on"}),
    ("computed goto", {"--dispatch": "goto"}),
    ("tail calls", {"--dispatch": "tail"}),
)
# The compiled tier's steps: each stops leaving out these of its optimisations (--jit-passes).
COMPILED_STEPS = (
    ("compiled", ()),
    ("on-stack replacement", ("osr",)),
    ("methods inlined", ("inlining",)),
    ("polymorphic inlining", ("polymorphic", "splitting")),
    ("blocks inlined", ("blocks",)),
    ("types", ("types", "phis", "numbering", "dead-code")),
    ("branches", ("branches", "threading")),
    ("unboxed doubles", ("doubles",)),
    ("ranges, barriers", ("ranges", "barriers", "wrapping")),
    ("scalar replacement", ("scalar", "folding")),
    ("hoisting", ("hoisting", "peeling", "carrying", "bounds", "polls")),
)

# The published walk, of a tree-walking interpreter: our step -> its counterpart and the factor that was published, if one was.
# Its other steps have none here: strings are symbols, arguments are on the stack (1.33x there) and primitives in C++ from the start.
PUBLISHED = {
    "global cache": ("global method cache", 1.15),
    "polymorphic caches": ("object model with inline caches and watchpoints", 4.55),
    "quickening": ("operators as nodes; getters, setters", None),
    "superinstructions": ("read-modify-write nodes", None),
}
PUBLISHED_TOTAL = 16.6
_PEERS = ("lua5.4", "luajit-joff", "python3", "node-jitless", "quickjs")


def configurations(dispatches):
    """(step, switches) in order, without steps whose dispatch technique this build lacks."""
    switches = {}
    result = []
    for name, change in STEPS:
        if change.get("--dispatch", dispatches[0]) in dispatches:
            switches = {**switches, **change}
            result.append((name, [word for pair in switches.items() for word in pair]))
    left_out = [name for _, names in COMPILED_STEPS for name in names]
    for name, added in COMPILED_STEPS:
        left_out = [each for each in left_out if each not in added]
        without = ["--jit-passes", ",".join(left_out)] if left_out else []
        result.append((name, ["--jit", "on", *without]))
    return result


def run(context):
    """Prints times and speed-ups; writes ladder, ladder-suite and ladder-compiled as CSV and waterfall."""
    steps = configurations(context.dispatches())
    _programs(context, steps)
    first = [name for name, _ in steps].index(COMPILED_STEPS[0][0])
    print()
    _suite(context, steps[:first], 1, "ladder-suite", "a naive interpreter")
    print()
    # The first iteration compiles, mostly; the median is of the speed that is reached.
    _suite(context, steps[first - 1:], 4, "ladder-compiled", "the interpreter")


def _programs(context, steps):
    machines = [context.som(name, *switches) for name, switches in steps]
    others = context.other_vms(*_PEERS)
    # Splay and Richards have no small size; a check of the experiment does without them.
    programs = ("DeltaBlue", "NBody") if context.smallest else PROGRAMS
    benchmarks = micro(*programs)
    iterations = context.iterations(1)
    jobs = [context.jobs(machines + others, b, context.inner(b, "reference"), iterations)
            for b in benchmarks]
    times = medians(context.run(jobs, context.processes(PROCESSES), iterations))
    base = times[steps[0][0]]
    speedups = {name: {b: base[b] / entries[b] for b in base} for name, entries in times.items()}
    means = {name: intervals.geometric_mean(entries.values()) for name, entries in speedups.items()}
    names = [name for name, _ in steps]
    gains = {name: means[name] / means[before] for before, name in zip(names, names[1:])}
    rows = [[name, *(f"{times[name][b]:.2f}" for b in base),
             *(f"{speedups[name][b]:.2f}" for b in base), f"{means[name]:.2f}",
             f"{gains[name]:.2f}" if name in gains else "-", *_published(name)] for name in times]
    context.table("ladder", ["step", *(f"{b} ms" for b in base), *(f"{b} x" for b in base), "mean x",
                             "this step x", "published step", "published x"], rows)
    plots.ladder(context.picture("ladder"), names, [means[name] for name in names],
                 {**{vm.name: means[vm.name] for vm in others}, "published walk": PUBLISHED_TOTAL},
                 f"Speed-up over a naive interpreter, geometric mean of {', '.join(programs)}")


def _published(step):
    counterpart, factor = PUBLISHED.get(step, ("-", None))
    return [counterpart, f"{factor:.2f}" if factor else "-"]


def _suite(context, steps, iterations, name, base_name):
    """Steps over Are-We-Fast-Yet, as a table and a waterfall called `name`."""
    benchmarks = suites.awfy()
    if context.smallest:
        benchmarks = suites.select(benchmarks, ["Queens", "Bounce"])
    machines = [context.som(step, *switches) for step, switches in steps]
    iterations = context.iterations(iterations)
    jobs = [context.jobs(machines, b, context.inner(b, "reference"), iterations)
            for b in benchmarks]
    times = medians(context.run(jobs, context.processes(_SUITE_PROCESSES), iterations))
    names = [step for step, _ in steps]
    base = times[names[0]]
    means = [intervals.geometric_mean([base[b] / times[step][b] for b in base]) for step in names]
    context.table(name, ["step", *(f"{b} ms" for b in base), "mean x"],
                  [[step, *(f"{times[step][b]:.2f}" for b in base), f"{mean:.2f}"]
                   for step, mean in zip(names, means)])
    plots.ladder(context.picture(name), names, means, {},
                 f"Speed-up over {base_name}, geometric mean of Are-We-Fast-Yet")
