#!/usr/bin/python3
"""Follows the pages that show how to add something to the VM, to the letter.

The blocks of the pages are applied to a copy of the sources, all pages together; the copy is built once; then the
commands of the pages run, and their output must be what the pages say. Programs must print the same on the unchanged VM,
unless their page says that only the changed one can run them.

    ```search FILE     occurs once in FILE, white space aside; the next block, ```replace, is put in its place
    ```create FILE     a new file
    ```som FILE        a program; `som FILE only-here` is not run on the unchanged VM
    ```console         commands after "$ ", each with its output; `...` stands for any text in a line, and alone for
                       any lines

Usage: run.py --vm UNCHANGED-VM [--directory DIR] [--compiler CXX] [--jobs N]
The last line is `N passed, N failed`; exit status 1 when something failed.
"""

import argparse
import dataclasses
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGES = ["docs/adding-a-bytecode.md", "docs/adding-a-primitive.md", "docs/adding-an-inlined-selector.md",
         "docs/adding-a-pass.md", "docs/experiments/your-own.md"]
SOURCES = ["CMakeLists.txt", "cmake", "compiler", "vm", "primitives", "core-lib"]
# The choices that the pages add; the SOM suite must pass under each.
ADDED_CHOICES = [["--dispatch", "call"], ["--inline-cache", "rotate"], ["--loops", "lazy"]]
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KINDS = ("search", "replace", "create", "som", "console")
TIMEOUT_SECONDS = 120


class PageError(Exception):
    """A page cannot be followed."""


@dataclasses.dataclass
class Block:
    page: str
    line: int
    kind: str
    words: list
    text: str

    @property
    def place(self):
        return f"{self.page}:{self.line}"


def read_blocks(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    return [Block(page, text.count("\n", 0, match.start()) + 1, match[1], match[2].split(), match[3])
            for match in BLOCK.finditer(text) if match[1] in KINDS]


def replaced(block, content, replacement):
    """`content` with the block's text, found with any white space between its words, replaced."""
    pattern = r"\s+".join(re.escape(word) for word in block.text.split())
    found = list(re.finditer(pattern, content))
    if len(found) != 1:
        raise PageError(f"{block.place}: occurs {len(found)} times in {block.words[0]}")
    match = found[0]
    return content[:match.start()] + replacement.strip() + content[match.end():]


def changed_files(blocks):
    """Path -> content of every file that the pages change or create."""
    files = {}
    pending = None
    for block in blocks:
        if (pending is not None) != (block.kind == "replace"):
            raise PageError(f"{block.place}: search and replace blocks come in pairs")
        if block.kind == "search":
            pending = block
        elif block.kind == "replace":
            path = pending.words[0]
            if path not in files:
                files[path] = (ROOT / path).read_text(encoding="utf-8")
            files[path] = replaced(pending, files[path], block.text)
            pending = None
        elif block.kind == "create":
            if (ROOT / block.words[0]).exists() or block.words[0] in files:
                raise PageError(f"{block.place}: {block.words[0]} exists already")
            files[block.words[0]] = block.text
    return files


def write_if_different(path, data):
    """Leaves equal files alone, so that a second run builds only what changed."""
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def make_copy(copy, changes):
    wanted = {path: content.encode() for path, content in changes.items()}
    for source in SOURCES:
        top = ROOT / source
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            relative = path.relative_to(ROOT).as_posix()
            if path.is_file() and relative not in wanted:
                wanted[relative] = path.read_bytes()
    for relative, data in wanted.items():
        write_if_different(copy / relative, data)
    for source in SOURCES:
        for path in sorted((copy / source).rglob("*")):
            if path.is_file() and path.relative_to(copy).as_posix() not in wanted:
                path.unlink()


def build(copy, directory, compiler, jobs):
    """The path of the changed VM. Not optimised: the changes are to be seen at work, not to be timed."""
    command = ["cmake", "-S", copy, "-B", directory, "-DCMAKE_BUILD_TYPE=Release", "-DSOM_LTO=off",
               "-DBUILD_TESTING=OFF", "-DCMAKE_CXX_FLAGS_RELEASE=-O0", "-DSOM_PRECOMPILE=ON"]
    if compiler:
        command.append(f"-DCMAKE_CXX_COMPILER={compiler}")
    # As in scripts/build.
    if shutil.which("ninja") and "'" not in str(copy) and not (directory / "Makefile").exists():
        command += ["-G", "Ninja"]
    for step in (command, ["cmake", "--build", directory, "--target", "som", "--parallel", str(jobs)]):
        result = subprocess.run(["nice", *map(str, step)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                text=True, check=False)
        if result.returncode != 0:
            raise PageError("the changed sources do not build:\n" + result.stdout[-4000:])
    return directory / "som"


def line_pattern(line):
    return ".*".join(re.escape(part) for part in line.split("..."))


def matches(expected, actual):
    """Whether the lines agree; `...` alone stands for any lines, within a line for any text."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == "..." else line_pattern(line) + "\n" for line in expected)
    return re.fullmatch(pattern, "".join(line + "\n" for line in actual)) is not None


def commands_of(block):
    """(command, lines of its output) of a console block."""
    commands = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            commands.append((line[2:], []))
        elif not commands:
            raise PageError(f"{block.place}: output without a command")
        else:
            commands[-1][1].append(line)
    return commands


def run(command, **options):
    try:
        return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True,
                              timeout=TIMEOUT_SECONDS, check=False, **options)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(command, "no end", stdout="")


class Tests:
    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, good, name, details=""):
        if good:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}\n{details}")

    def finish(self):
        print(f"{self.passed} passed, {self.failed} failed")
        return 1 if self.failed or not self.passed else 0


def run_programs(tests, blocks, old_vm, new_vm, copy, work):
    environment = dict(os.environ, PATH=f"{new_vm.parent}{os.pathsep}{os.environ['PATH']}")
    programs = [block for block in blocks if block.kind == "som"]
    for block in programs:
        write_if_different(work / block.words[0], block.text.encode())
    for block in programs:
        if "only-here" in block.words:
            continue
        arguments = ["-cp", str(copy / "core-lib"), block.words[0]]
        old, new = (run([str(vm), *arguments], cwd=work) for vm in (old_vm, new_vm))
        tests.check((old.returncode, old.stdout) == (0, new.stdout), f"{block.place} on both VMs",
                    f"unchanged VM (status {old.returncode}):\n{old.stdout}changed VM:\n{new.stdout}")
    for block in blocks:
        if block.kind != "console":
            continue
        for command, expected in commands_of(block):
            result = run(["bash", "-c", command], cwd=work, env=environment)
            tests.check(matches(expected, result.stdout.splitlines()), f"{block.place}: {command}",
                        "expected:\n  " + "\n  ".join(expected) + "\ngot:\n  " +
                        "\n  ".join(result.stdout.splitlines()))


def run_suite(tests, new_vm, copy):
    for choice in ADDED_CHOICES:
        result = run([str(new_vm), *choice, "-cp", f"{copy}/core-lib:tests/som", "tests/som/TestHarness.som"],
                     cwd=ROOT, stderr=subprocess.STDOUT)
        tests.check(result.returncode == 0, "the SOM suite under " + " ".join(choice), result.stdout[-2000:])


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--vm", required=True, type=pathlib.Path, help="the unchanged VM")
    parser.add_argument("--directory", type=pathlib.Path, default=ROOT / "build/your-own",
                        help="for the copy and its build; kept, so that the next run is quick")
    parser.add_argument("--compiler", help="the C++ compiler; default: CMake's choice")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    directory = arguments.directory.resolve()
    copy, work = directory / "source", directory / "programs"
    tests = Tests()
    try:
        blocks = [block for page in PAGES for block in read_blocks(page)]
        changes = changed_files(blocks)
        work.mkdir(parents=True, exist_ok=True)
        make_copy(copy, changes)
        new_vm = build(copy, directory / "build", arguments.compiler, arguments.jobs)
        tests.check(True, "build")
        run_programs(tests, blocks, arguments.vm.resolve(), new_vm, copy, work)
        run_suite(tests, new_vm, copy)
    except PageError as error:
        tests.check(False, "following the pages", str(error))
    return tests.finish()


if __name__ == "__main__":
    sys.exit(main())
