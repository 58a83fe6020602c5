"""Runs an unmodified checkout of the Are-We-Fast-Yet suite: SOM and the ports to other languages.

Knows that checkout's layout and harness command lines, nothing of results.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from measure import paths, suites

_FOLDERS = {"som": "SOM", "lua": "Lua", "python": "Python", "ruby": "Ruby",
            "javascript": "JavaScript"}
_HARNESS = {"lua": "harness.lua", "python": "harness.py", "ruby": "harness.rb",
            "javascript": "harness.js"}


@dataclass(frozen=True)
class Checkout:
    """A checkout whose layout has been found to be as expected."""

    directory: Path

    def benchmarks(self):
        """The fourteen as in the checkout, for suites.select."""
        som = self.directory / "benchmarks" / "SOM"
        return [suites.Benchmark(name, "awfy", "awfy", "Harness.som", suites.AWFY_FOLDERS,
                                 suites.awfy_sizes(name), som, som)
                for name in suites.awfy_names()]

    def runs_language(self, language):
        """True when the checkout has a port to `language`."""
        folder = self.directory / "benchmarks" / _FOLDERS[language]
        return (folder / ("Harness.som" if language == "som" else _HARNESS[language])).exists()

    def command(self, vm, benchmark, iterations, inner, options=()):
        """(argument vector, working directory) of one harness run on `vm`."""
        if vm.language == "som":
            return benchmark.som_command(vm, iterations, inner, options), benchmark.cwd
        return ([*vm.command, _HARNESS[vm.language], benchmark.name, str(iterations), str(inner)],
                self.directory / "benchmarks" / _FOLDERS[vm.language])


def open_checkout(directory):
    """Checkout at `directory`; raises UserError when it does not look like one."""
    path = Path(directory).absolute()
    if not os.path.exists(path / "benchmarks" / "SOM" / "Harness.som"):
        raise paths.UserError(f"{directory} is no Are-We-Fast-Yet checkout: "
                              "benchmarks/SOM/Harness.som is missing")
    return Checkout(path)
