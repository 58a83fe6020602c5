"""The benchmark suites of this source tree: names, sizes and how a SOM VM is called for them.

The micro and macro suite and the survey list themselves in a suite.json in their folder; the
fourteen Are-We-Fast-Yet benchmarks are a fixed set and stand here.
"""

import difflib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from measure import paths

SIZES = ("small", "reference", "published")
MICRO_HARNESS = "BenchmarkHarness.som"
AWFY_FOLDERS = ("", "Core", "CD", "DeltaBlue", "Havlak", "Json", "NBody", "Richards")

# Name -> inner value of each size: the smallest that verifies, one whose iteration takes about half a
# second on a fast interpreter, and the one of the Are-We-Fast-Yet configuration.
_AWFY = {
    "DeltaBlue": (1, 24000, 12000),
    "Richards": (1, 30, 100),
    "Json": (1, 70, 100),
    "CD": (2, 100, 250),
    "Havlak": (1, 15, 1500),
    "Bounce": (1, 1500, 1500),
    "List": (1, 1300, 1500),
    "Mandelbrot": (1, 500, 500),
    "NBody": (1, 250000, 250000),
    "Permute": (1, 800, 1000),
    "Queens": (1, 700, 1000),
    "Sieve": (1, 1500, 3000),
    "Storage": (1, 1000, 1000),
    "Towers": (1, 500, 600),
}


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: where its classes are, which harness runs it, its inner value for each size."""

    name: str
    suite: str
    group: str
    harness: str
    folders: tuple
    sizes: dict = field(hash=False, compare=False)
    directory: Path = None
    cwd: Path = None

    @property
    def key(self):
        """Name unique over all suites."""
        return f"{self.suite}/{self.name}"

    def source_exists(self):
        """True when a folder of its class path holds the class of the benchmark."""
        return any((self.directory / folder / f"{self.name}.som").exists() for folder in self.folders)

    def som_command(self, vm, iterations, inner, options=()):
        """Argument vector for a SOM VM."""
        class_path = [str(self.directory / folder) if self.cwd is None else (folder or ".")
                      for folder in self.folders] + [str(vm.core_lib)]
        harness = self.harness if self.cwd is not None else str(self.directory / self.harness)
        return [*vm.command, *options, "-cp", ":".join(class_path), harness, self.name,
                str(iterations), str(inner)]


def awfy():
    """The fourteen Are-We-Fast-Yet benchmarks of this source tree."""
    return [Benchmark(name, "awfy", "awfy", "Harness.som", AWFY_FOLDERS, dict(zip(SIZES, sizes)),
                      paths.AWFY)
            for name, sizes in _AWFY.items()]


def awfy_sizes(name):
    """Inner values by size name of one Are-We-Fast-Yet benchmark."""
    return dict(zip(SIZES, _AWFY[name]))


def awfy_names():
    """Names of the fourteen, in the order of the tables."""
    return list(_AWFY)


def micro():
    """The micro and macro suite."""
    return _listed("micro", paths.MICRO)


def survey():
    """The survey: programs of many kinds, for which nothing was tuned."""
    return _listed("survey", paths.SURVEY)


def _listed(suite, folder):
    """A suite as the suite.json of its folder lists it; raises UserError when unreadable."""
    listing = folder / "suite.json"
    try:
        entries = json.loads(listing.read_text())
    except (OSError, ValueError) as error:
        raise paths.UserError(f"cannot read {os.path.relpath(listing)}: {error}") from error
    return [Benchmark(entry["name"], suite, entry["group"], entries["harness"],
                      tuple(entry["path"]),
                      {size: entry[size] for size in SIZES if entry.get(size) is not None},
                      folder)
            for entry in entries["benchmarks"]]


# What `--suite` of the commands may name; `both` are the two suites that others publish figures of.
_LOADERS = {"awfy": awfy, "micro": micro, "both": lambda: awfy() + micro(), "survey": survey}
NAMES = tuple(_LOADERS)


def load(suite):
    """Benchmarks of one of NAMES."""
    return _LOADERS[suite]()


def select(benchmarks, names):
    """Those of `benchmarks` that `names` asks for: NAME, SUITE/NAME or GROUP; all for no names.

    A name in two suites selects both. Raises UserError for a name that selects nothing.
    """
    if not names:
        return benchmarks
    chosen = []
    for name in names:
        found = [b for b in benchmarks if name in (b.name, b.key, b.group)]
        if not found:
            close = difflib.get_close_matches(name, [b.name for b in benchmarks], 3)
            hint = f"; did you mean {' or '.join(close)}?" if close else " (--list shows all)"
            raise paths.UserError(f"no benchmark named '{name}'{hint}")
        chosen.extend(b for b in found if b not in chosen)
    return chosen
