"""The laboratory's programs in other languages: how each language's harness is started, and built where that is needed."""

import fcntl
import shutil
import subprocess
from functools import lru_cache

from measure import paths, suites

FOLDER = paths.LAB / "programs"
# Language of a VM -> the program in FOLDER that runs the others of its folder.
HARNESS = {"lua": "lua/harness.lua", "python": "python/harness.py", "jython": "python/harness_jython.py",
           "ruby": "ruby/harness.rb", "javascript": "javascript/harness.js",
           "quickjs": "javascript/harness_quickjs.js"}
_BUILT = paths.ROOT / "build" / "lab-programs"
# Language -> (sources, command that builds them, command of the harness, what both need beside the VM's own command).
BUILDS = {
    "c": ("c/*.[ch]", ["gcc", "-std=c11", "-O3", "-Wall", "-Wextra", "-Werror", "-o", _BUILT / "harness", "*.c", "-lm"],
          [_BUILT / "harness"], ()),
    "java": ("java/*.java", ["javac", "-d", _BUILT, "*.java"], ["java", "-cp", _BUILT, "Harness"], ("javac",)),
}


def missing(language):
    """Programs that a language's VM needs and that are not installed."""
    return [command for command in BUILDS.get(language, ((), (), (), ()))[3] if shutil.which(command) is None]


def command(vm, name, iterations, inner):
    """(argument vector, working directory) that runs a program on a VM of another language.

    Builds the programs of the language first if that is needed; raises UserError when that fails.
    """
    arguments = [name, str(iterations), str(inner)]
    if vm.language in BUILDS:
        return [*_built(vm.language), *arguments], None
    harness = FOLDER / HARNESS[vm.language]
    return [*vm.command, harness.name, *arguments], harness.parent


@lru_cache(maxsize=None)
def _built(language):
    pattern, build, run, _ = BUILDS[language]
    _BUILT.mkdir(parents=True, exist_ok=True)
    words = []
    for word in build:
        words += sorted((FOLDER / language).glob(word)) if str(word).startswith("*") else [word]
    # The stamp is of the newest source: a build for each state of the sources, not for each run.
    stamp = _BUILT / f"{language}.stamp"
    newest = str(max(source.stat().st_mtime for source in FOLDER.glob(pattern)))
    with open(_BUILT / f"{language}.lock", "w", encoding="utf-8") as lock:
        # Two tests at a time must not build into each other's files.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != newest:
            done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise paths.UserError(f"{words[0]} fails on the programs in {language}: {done.stderr.strip()}")
            stamp.write_text(newest, encoding="utf-8")
    return [str(word) for word in run]


def som_benchmark(name):
    """The program in SOM: one of the micro suite or, if that has none of this name, of this folder."""
    for benchmark in suites.micro():
        if benchmark.name == name:
            return benchmark
    return suites.Benchmark(name, "lab", "lab", suites.MICRO_HARNESS, ("", str(FOLDER / "som")), {}, paths.MICRO)
