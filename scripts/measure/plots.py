"""Pictures, with matplotlib. Every function draws one figure into one file (SVG, PNG or PDF by name).

Colours are the Okabe-Ito set, told apart by readers with any colour vision; text stays text in SVG.
"""

import importlib.util
import random
from pathlib import Path
from statistics import geometric_mean, median

from measure import paths
from measure.report import significant

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F7F7F", "#000000")


FORMATS = (".svg", ".png", ".pdf")


def require(path=""):
    """Raises UserError when matplotlib is not installed or `path` (if any) names no picture file."""
    _pyplot()
    if path and Path(path).suffix not in FORMATS:
        raise paths.UserError(f"a plot's file name ends in {', '.join(FORMATS)}, not '{path}'")


def _pyplot():
    if importlib.util.find_spec("matplotlib") is None:
        paths.need("plot")
        importlib.invalidate_caches()
    try:
        import matplotlib
        matplotlib.use("Agg")
        from matplotlib import pyplot
    except ImportError as error:
        raise paths.UserError("plots need matplotlib: install Debian's package python3-matplotlib "
                              "(scripts/bootstrap plot does)") from error
    pyplot.rcParams.update({
        "svg.fonttype": "none", "svg.hashsalt": "som", "font.size": 9, "axes.spines.top": False,
        "axes.spines.right": False, "axes.grid": True, "axes.grid.axis": "y", "grid.alpha": 0.3,
        "axes.axisbelow": True, "figure.constrained_layout.use": True})
    return pyplot


def ratio_dots(path, groups, base_name, title, quantity="time"):
    """Grouped ratios on a log axis: a column a group, a dot a benchmark, the median as a bar.

    groups: group name -> (label -> ratio). Outliers carry their benchmark's name.
    """
    pyplot = _pyplot()
    groups = {name: ratios for name, ratios in groups.items() if ratios}
    if not groups:
        raise paths.UserError("nothing to plot: no benchmark succeeded on two VMs")
    figure, axes = pyplot.subplots(figsize=(2.4 + 1.5 * len(groups), 4.4))
    for column, (name, ratios) in enumerate(groups.items()):
        colour = COLOURS[column % len(COLOURS)]
        labelled = _extremes(ratios)
        for label, ratio in ratios.items():
            x = column + _spread(label)
            axes.plot(x, ratio, "o", color=colour, alpha=0.65, markersize=5, markeredgewidth=0)
            if label in labelled:
                axes.annotate(label, (x, ratio), textcoords="offset points", xytext=(5, 0),
                              fontsize=6.5, color="#444444", va="center")
        middle = median(ratios.values())
        axes.hlines(middle, column - 0.34, column + 0.34, color="black", linewidth=2)
        axes.annotate(_factor(middle), (column - 0.36, middle), ha="right", va="center", fontsize=8,
                      fontweight="bold")
    axes.axhline(1.0, color="#444444", linewidth=0.9, linestyle="--")
    axes.annotate(base_name, (len(groups) - 0.45, 1.0), ha="right", va="bottom", fontsize=7,
                  color="#444444", xytext=(0, 1), textcoords="offset points")
    _log_y(axes, [ratio for ratios in groups.values() for ratio in ratios.values()] + [1.0])
    axes.set_xticks(range(len(groups)), [f"{name}\n(n = {len(r)})" for name, r in groups.items()])
    axes.set_xlim(-0.75, len(groups) - 0.4)
    axes.set_ylabel(f"{quantity} relative to {base_name} (log scale)")
    axes.set_title(title, fontsize=10)
    _save(pyplot, figure, path)


def speeds(path, groups, quantity, title):
    """Rows of dots on a log axis, a row a VM and a dot a program, with the geometric mean as a bar from 1.

    groups: group name -> (VM's label -> (program -> speed)); the best row is the lowest. For pages that are read in light
    and in dark: an SVG follows what the reader's system prefers.
    """
    pyplot = _pyplot()
    groups = {name: rows for name, rows in groups.items() if rows}
    if not groups:
        raise paths.UserError("nothing to plot: no program succeeded")
    count = sum(len(rows) for rows in groups.values())
    figure, axes = pyplot.subplots(figsize=(7.2, 0.9 + 0.36 * count + 0.3 * len(groups)))
    place, ticks = 0.0, {}
    for number, (name, rows) in enumerate(groups.items()):
        axes.annotate(name, (0, place), xycoords=("axes fraction", "data"), xytext=(-6, 0), textcoords="offset points",
                      ha="right", va="center", fontsize=8.5, style="italic")
        place += 0.85
        for label, speed in rows.items():
            mean = geometric_mean(speed.values())
            own = label.startswith("som")
            axes.barh(place, mean - 1, left=1, height=0.62, color=COLOURS[1] if own else COLOURS[0],
                      alpha=1.0 if own else 0.75)
            axes.plot(list(speed.values()), [place] * len(speed), "o", color="white", markersize=4,
                      markeredgecolor="#333333", markeredgewidth=0.7)
            right = max(mean, *speed.values())
            axes.annotate(significant(mean, 2), (right, place), textcoords="offset points", xytext=(6, 0), va="center",
                          fontsize=9, fontweight="bold" if own else "normal")
            ticks[place] = label
            place += 1
        place += 0.25 if number + 1 < len(groups) else 0
    _log_x(axes, [1.0, *(value for rows in groups.values() for row in rows.values() for value in row.values())])
    axes.set_yticks(list(ticks), list(ticks.values()), fontsize=9.5)
    axes.set_ylim(place - 0.35, -0.5)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", color=_LINES)
    axes.spines["bottom"].set_color(_LINES)
    axes.spines["left"].set_visible(False)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.set_xlabel(f"{quantity}; a dot is a program, the bar their geometric mean")
    axes.set_title(title, fontsize=11, loc="left", fontweight="bold")
    _save(pyplot, figure, path)
    if str(path).endswith(".svg"):
        _follow_preference(path)


# Shows on light and on dark.
_LINES = "#8b949e"
# Rules of a style sheet outweigh the attributes that matplotlib gives texts and the backgrounds of figure and axes.
_DARK = """<style>@media (prefers-color-scheme: dark) {
 text, tspan { fill: #e6edf3 !important }
 #patch_1 path, #patch_2 path { fill: #0d1117 !important }
}</style>"""


def _follow_preference(path):
    text = Path(path).read_text(encoding="utf-8")
    head, defs, rest = text.partition("<defs>")
    with paths.writing(path, encoding="utf-8") as stream:
        stream.write(f"{head}{_DARK}\n {defs}{rest}")


def over_time(path, curves, title, quantity):
    """A quantity over seconds. curves: label -> [(seconds, value)...]; a label may be empty."""
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(figsize=(6, 2.6))
    for colour, (label, samples) in zip(COLOURS, curves.items()):
        axes.plot([at for at, _ in samples], [value for _, value in samples], color=colour, label=label)
    axes.set(title=title, xlabel="seconds", ylabel=quantity, ylim=(0, None))
    if any(curves):
        axes.legend(loc="lower right")
    _save(pyplot, figure, path)


def time_dots(path, groups, title):
    """Absolute times on a log axis, one row a benchmark with its interval; for a single VM.

    groups: group name -> (label -> intervals.Interval in milliseconds).
    """
    pyplot = _pyplot()
    rows = [(label, interval, number) for number, (_, entries) in enumerate(groups.items())
            for label, interval in sorted(entries.items(), key=lambda item: -item[1].value)]
    if not rows:
        raise paths.UserError("nothing to plot: no benchmark succeeded")
    figure, axes = pyplot.subplots(figsize=(6.5, 1.1 + 0.19 * len(rows)))
    for y, (label, interval, number) in enumerate(reversed(rows)):
        colour = COLOURS[number % len(COLOURS)]
        axes.plot([interval.low, interval.high], [y, y], color=colour, linewidth=1.2)
        axes.plot(interval.value, y, "o", color=colour, markersize=4.5)
    for number, name in enumerate(groups):
        axes.plot([], [], "o", color=COLOURS[number % len(COLOURS)], label=name)
    axes.set_yticks(range(len(rows)), [label for label, _, _ in reversed(rows)], fontsize=7)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    _log_x(axes, [end for _, interval, _ in rows for end in (interval.low, interval.high)])
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.set_xlabel("median time of an iteration, ms (log scale; bars: 95 % interval)")
    axes.set_title(title, fontsize=10)
    axes.legend(fontsize=7, loc="lower right", frameon=False)
    _save(pyplot, figure, path)


def bars(path, values, title, label, highlight=(), log=False, published=None):
    """Horizontal bars, first on top. values: name -> number; names in `highlight` stand out.

    published: name -> number, shown as a mark beside the bar of that name.
    """
    pyplot = _pyplot()
    names = list(values)
    figure, axes = pyplot.subplots(figsize=(6.5, 1.1 + 0.28 * len(names)))
    numbers = [values[name] for name in names]
    axes.barh(range(len(names)), numbers, height=0.7,
              color=[COLOURS[1] if name in highlight else COLOURS[0] for name in names])
    for y, number in enumerate(numbers):
        axes.annotate(significant(number), (number, y), textcoords="offset points", xytext=(3, 0),
                      va="center", fontsize=7.5)
    marks = {names.index(name): number for name, number in (published or {}).items() if name in values}
    if marks:
        axes.plot(marks.values(), marks.keys(), "D", color=COLOURS[7], markersize=4, label="published")
        axes.legend(fontsize=7, loc="lower right", frameon=False)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    if log:
        _log_x(axes, [*numbers, *marks.values()])
    else:
        axes.margins(x=0.12)
    axes.grid(True, axis="x")
    axes.grid(False, axis="y")
    axes.set_xlabel(label)
    axes.set_title(title, fontsize=10)
    _save(pyplot, figure, path)


def grouped_bars(path, panels, title, width=3.1):
    """Panels side by side, each groups of bars with a legend.

    panels: panel label -> (series name -> (group name -> number)). width: of a panel, in inches.
    """
    pyplot = _pyplot()
    figure, all_axes = pyplot.subplots(1, len(panels), figsize=(width * len(panels), 3.4),
                                       squeeze=False)
    for axes, (label, series) in zip(all_axes[0], panels.items()):
        groups = list(dict.fromkeys(group for entries in series.values() for group in entries))
        bar = 0.8 / len(series)
        for number, (name, entries) in enumerate(series.items()):
            positions = [i + (number - (len(series) - 1) / 2) * bar for i in range(len(groups))]
            heights = [entries.get(group, 0) for group in groups]
            drawn = axes.bar(positions, heights, bar * 0.92, color=COLOURS[number], label=name)
            axes.bar_label(drawn, [significant(height) for height in heights], fontsize=6.5, padding=1)
        axes.set_xticks(range(len(groups)), groups, fontsize=8)
        axes.set_title(label, fontsize=9)
        axes.margins(y=0.15)
    all_axes[0][0].legend(fontsize=7, frameon=False)
    figure.suptitle(title, fontsize=10)
    _save(pyplot, figure, path)


def ladder(path, steps, factors, references, title):
    """Waterfall of cumulative speed-ups on a log axis: each step's bar starts where the last ended.

    steps: step names; factors: cumulative speed-up after each step (the first is 1);
    references: name -> speed-up over the first step, drawn as horizontal lines.
    """
    pyplot = _pyplot()
    figure, axes = pyplot.subplots(figsize=(1.6 + 0.85 * len(steps), 4.6))
    before = 1.0
    for x, factor in enumerate(factors):
        low, high = sorted((before, factor))
        gained = factor >= before
        if x == 0:
            axes.hlines(1.0, -0.38, 0.38, color=COLOURS[0], linewidth=3)
        else:
            axes.bar(x, high - low, bottom=low, width=0.76, color=COLOURS[2 if gained else 1])
            axes.hlines(before, x - 1, x + 0.38, color="#888888", linewidth=0.6)
        step = f"{factor:.2f}x" if x == 0 else f"{factor:.2f}x\n({factor / before:.2f})"
        axes.annotate(step, (x, high), textcoords="offset points", xytext=(0, 3), ha="center",
                      fontsize=7, bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})
        before = factor
    right = len(steps) - 0.4
    for number, (name, speed) in enumerate(references.items()):
        axes.axhline(speed, color=COLOURS[(3 + number) % len(COLOURS)], linewidth=1, linestyle="--")
        axes.annotate(name, (right, speed), ha="left", va="center", fontsize=7.5,
                      color=COLOURS[(3 + number) % len(COLOURS)], annotation_clip=False)
    _log_y(axes, [*factors, *references.values()])
    axes.set_xlim(-0.6, right)
    axes.set_xticks(range(len(steps)), steps, rotation=35, ha="right", fontsize=8)
    axes.set_ylabel("speed-up over the first step (log scale)")
    axes.set_title(title, fontsize=10)
    _save(pyplot, figure, path)


def curves(path, panels, x_label, y_label, title, top=1.15):
    """Lines over a logarithmic x axis, a panel for each group.

    panels: panel name -> (line name -> (xs, ys)); a name has the same colour in every panel.
    top: where the y axis ends; None leaves that to the data.
    """
    pyplot = _pyplot()
    names = list(dict.fromkeys(name for lines in panels.values() for name in lines))
    columns = min(3, len(panels))
    rows = -(-len(panels) // columns)
    figure, grid = pyplot.subplots(rows, columns, figsize=(3.6 * columns, 0.6 + 2.5 * rows),
                                   squeeze=False, sharey=True)
    places = [axes for row in grid for axes in row]
    for axes, (panel, lines) in zip(places, panels.items()):
        for name, (xs, ys) in lines.items():
            axes.plot(xs, ys, color=COLOURS[names.index(name) % len(COLOURS)], linewidth=1.2,
                      label=name)
        axes.set_xscale("log")
        axes.set_ylim(0, top)
        axes.set_title(panel, fontsize=9)
    for axes in places[len(panels):]:
        axes.set_axis_off()
    for row in grid:
        row[0].set_ylabel(y_label, fontsize=8)
    places[0].legend(fontsize=7, loc="lower right")
    figure.supxlabel(x_label, fontsize=8)
    figure.suptitle(title, fontsize=10)
    _save(pyplot, figure, path)


def _log_y(axes, values):
    """Logarithmic y axis around `values`, with room for labels above and below."""
    axes.set_yscale("log")
    axes.set_ylim(_ticks(axes.yaxis, min(values) / 1.25, max(values) * 1.35))


def _log_x(axes, values):
    """The same for the x axis, with room for numbers behind bars."""
    axes.set_xscale("log")
    axes.set_xlim(_ticks(axes.xaxis, min(values) / 1.5, max(values) * 2))


def _ticks(axis, low, high):
    """Sets round numbers as ticks of a logarithmic axis from `low` to `high`; answers the two."""
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator
    span = high / low
    digits = (1,) if span > 1000 else (1, 2, 5) if span > 4 else (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 7,
                                                                  8, 9)
    ticks = {float(f"{digit}e{power}") for power in range(-6, 7) for digit in digits}
    axis.set_major_locator(FixedLocator(sorted(tick for tick in ticks if low <= tick <= high)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    return low, high


def _spread(label):
    """Sideways displacement of a dot, the same for a benchmark in every column and every run."""
    return random.Random(label).uniform(-0.22, 0.22)


def _extremes(ratios):
    """The lowest and the highest dot, if there are enough dots to call them so."""
    if len(ratios) < 4:
        return set(ratios)
    ordered = sorted(ratios, key=ratios.get)
    return {ordered[0], ordered[-1]}


def _factor(value):
    return f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"


def _save(pyplot, figure, path):
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    # Without a date the same data give the same file.
    metadata = {"Date": None} if str(path).endswith(".svg") else None
    kind = Path(path).suffix.removeprefix(".")
    try:
        with paths.writing(path, "wb") as stream:
            figure.savefig(stream, format=kind, dpi=160, metadata=metadata)
    finally:
        pyplot.close(figure)
