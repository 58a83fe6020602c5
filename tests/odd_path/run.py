#!/usr/bin/env python3
"""Scripts and tests in a tree whose path has blanks, a quote and a letter beyond ASCII in it.

    run.py --vm PATH

Copies the tree and the VM to such a place, runs there whatever handles paths, at its smallest, and ends with
`N passed, N failed`; status 1 when one failed. Of the build, only the smallest parts are made.
"""

import argparse
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAME = "it's a ä tree"
LEFT_OUT = {ROOT / "build", ROOT / ".git"}
TIMEOUT_SECONDS = 200
NOBODY = 65534


def commands(tree, vm, lab):
    """(command, what it needs of the machine) of each thing to try; the working directory is the tree."""
    scripts = tree / "scripts"
    tests = tree / "tests"
    own = f"som={vm}"
    with_switch = f"mono={shlex.join([str(vm), '--inline-cache', 'mono'])}"
    yield [scripts / "check-layers"], None
    yield [scripts / "generate-bytecode-page", "--check"], None
    yield [scripts / "generate-mistakes-page", "--check", "--vm", vm], None
    yield [scripts / "differential", "2", "--vm", vm], None
    yield [scripts / "check-arithmetic", "50", "--jobs", "1", "--vm", vm], None
    yield [scripts / "awfy", "--quick", "awfy/Queens", "micro/Loop", "--quiet", "--vm", own, "--vm", with_switch], None
    yield [scripts / "count-sequences", "awfy/Queens", "--quiet", "--vm", own], None
    yield [scripts / "measure-memory", "--vm", vm, "live", "--megabytes", "1"], None
    yield [scripts / "compare-lua", "NestedLoop", "--quick", "--vms", "som,lua5.4", "--vm", own], "lua5.4"
    if lab.exists():
        yield [scripts / "lab", "loops", "--smallest", "--quiet", "--som", vm, "--engines", lab], None
        yield [scripts / "count-instructions", "Hello", "--vm", own, "--engines", lab], "valgrind"
    for area in "cli", "errors", "hints":
        yield [tests / "run_expected.py", "--vm", vm, "--core-lib", "core-lib", tests / area], None
    yield [sys.executable, "-m", "unittest", "discover", "-s", tests / "scripts", "-p", "test_[ac]*.py"], None


def run(command, tree, **options):
    """What is wrong with the command's end; nothing if it ends with status 0."""
    try:
        done = subprocess.run(list(map(str, command)), cwd=tree, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, timeout=TIMEOUT_SECONDS, check=False, **options)
    except subprocess.TimeoutExpired:
        return "has not ended"
    return "" if done.returncode == 0 else f"status {done.returncode}: {done.stdout[-3000:]}"


def check_build(tree):
    """What is wrong with building there: a generated source, a program, and whether both are left alone afterwards."""
    command = [tree / "scripts/build", "release", "som_jit_page", "nested_loop_o0"]
    problem = run(command, tree)
    if problem:
        return problem
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True, timeout=TIMEOUT_SECONDS, check=False)
    return done.stdout if "Building" in done.stdout or "Generating" in done.stdout else ""


def copy_tree(tree, vm):
    """Makes the tree; answers its VM and the folder for the programs of the laboratory."""
    shutil.copytree(ROOT, tree, symlinks=True,
                    ignore=lambda folder, names: [name for name in names if pathlib.Path(folder, name) in LEFT_OUT])
    built = tree / "build/release"
    built.mkdir(parents=True)
    shutil.copy(vm, built / "som")
    lab = vm.parent / "tests/lab"
    if (lab / "libfixed_random.so").exists():
        shutil.copytree(lab, built / "tests/lab", ignore=shutil.ignore_patterns("CMakeFiles", "results"))
    return built / "som", built / "tests/lab"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True, type=pathlib.Path)
    options = parser.parse_args()
    failed = passed = 0
    with tempfile.TemporaryDirectory(prefix="som-odd-path-") as folder:
        tree = pathlib.Path(folder) / NAME
        vm, lab = copy_tree(tree, options.vm.resolve())
        outcomes = [("scripts/build", check_build(tree))]
        outcomes += [(shlex.join(map(str, command)), run(command, tree)) for command, needed in commands(tree, vm, lab)
                     if needed is None or shutil.which(needed)]
        # scripts/som takes a tree that it may not write as it is.
        pathlib.Path(folder).chmod(0o755)
        vm.parent.chmod(0o555)
        outcomes.append(("scripts/som", run([tree / "scripts/som", "-cp", "core-lib", "Hello.som"], tree,
                                            **({"user": NOBODY} if os.geteuid() == 0 else {}))))
        vm.parent.chmod(0o755)
        for name, problem in outcomes:
            passed, failed = passed + (not problem), failed + bool(problem)
            if problem:
                print(f"FAIL {name}: {problem}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
