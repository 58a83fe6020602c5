#!/usr/bin/python3
"""The language server in sessions with a public client, the grammar, the extension and its package, the files for Vim.

Usage: run.py --vm PATH [--directory DIR] [TEST...]     tests: session, grammar, extension, package, vim,
neovim
npm packages are installed into DIR (build/editors), with the versions of the lock files, once. Status 77 (skipped) where
there is no npm or its registry cannot be reached; scripts/bootstrap editors installs npm, Vim and Neovim.
"""

import argparse
import filecmp
import os
import pathlib
import re
import shutil
import subprocess
import sys
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
HERE = ROOT / "tests/editors"
EXTENSION = ROOT / "docs/editors/vscode"
SKIPPED = 77
UNREACHABLE = re.compile(r"ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|E50[234]")
# What a user gets, and nothing else: no tests, no sources of other things.
PACKAGED = ["extension.js", "lib/commands.js", "lib/debugger.js", "lib/language-client.js", "lib/settings.js", "package.json",
            "language-configuration.json", "syntaxes/som.tmLanguage.json", "README.md", "LICENSE.txt",
            "node_modules/vscode-languageclient/package.json", "node_modules/vscode-jsonrpc/package.json"]
NOT_PACKAGED = ["node_modules/@vscode/vsce", ".vscodeignore", "package-lock.json"]


class Unreachable(Exception):
    pass


def install(source, target, what_else=()):
    """Installs the packages of `source`'s lock file into `target`, unless they are there."""
    target.mkdir(parents=True, exist_ok=True)
    lock, done = source / "package-lock.json", target / "installed-lock.json"
    for path in [source / "package.json", lock, *what_else]:
        destination = target / path.relative_to(source)
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)
    if done.is_file() and filecmp.cmp(lock, done, shallow=False):
        return
    result = subprocess.run(["npm", "ci", "--omit=optional", "--no-audit", "--no-fund", "--fetch-retries=1"], cwd=target,
                            text=True, capture_output=True, timeout=240, check=False)
    if result.returncode != 0 and UNREACHABLE.search(result.stderr):
        raise Unreachable(result.stderr.strip().splitlines()[0])
    if result.returncode != 0:
        sys.exit(f"npm ci failed in {target}:\n{result.stderr}")
    shutil.copyfile(lock, done)


def run_node(name, directory, vm):
    """Runs tests/editors/NAME.test.mjs where its packages are."""
    install(HERE, directory / "tests", sorted(HERE.glob("*.mjs")))
    environment = {**os.environ, "SOM": vm, "SOM_ROOT": str(ROOT)}
    return subprocess.run(["node", "--test", f"{name}.test.mjs"], cwd=directory / "tests", env=environment, timeout=200,
                          check=False).returncode == 0


def make_package(directory):
    """Makes the .vsix of the extension by the script of its package.json; answers its path."""
    target = directory / "extension"
    files = [path for path in EXTENSION.rglob("*") if path.is_file() and "node_modules" not in path.parts and path.suffix != ".vsix"]
    install(EXTENSION, target, files)
    result = subprocess.run(["npm", "run", "--silent", "package"], cwd=target, text=True, capture_output=True, timeout=200, check=False)
    if result.returncode != 0:
        sys.exit(f"npm run package failed in {target}:\n{result.stdout}{result.stderr}")
    return target / "som.vsix"


def run_package(directory, _vm):
    """Makes the .vsix, and looks into it."""
    package = make_package(directory)
    names = zipfile.ZipFile(package).namelist()
    missing = [name for name in PACKAGED if f"extension/{name}" not in names]
    unwanted = [name for name in names for start in NOT_PACKAGED if name.startswith(f"extension/{start}")]
    print(f"som.vsix: {len(names)} files, {package.stat().st_size // 1024} KB")
    for name in missing:
        print(f"missing: {name}")
    for name in unwanted:
        print(f"not wanted: {name}")
    return not missing and not unwanted


def run_editor(command, directory, vm):
    """Runs an editor that writes what it found to $SOM_REPORT. An editor that is not there fails no test."""
    if shutil.which(command[0]) is None:
        print(f"no {command[0]}: scripts/bootstrap editors installs it")
        return True
    report = directory / f"{command[0]}.txt"
    report.parent.mkdir(parents=True, exist_ok=True)
    report.unlink(missing_ok=True)
    environment = {**os.environ, "SOM": vm, "SOM_ROOT": str(ROOT), "SOM_REPORT": str(report)}
    result = subprocess.run(command, cwd=ROOT, env=environment, text=True, capture_output=True, timeout=90, check=False,
                            stdin=subprocess.DEVNULL)
    text = report.read_text(encoding="utf-8") if report.is_file() else f"no report\n{result.stdout}{result.stderr}"
    print(text, end="")
    return re.search(r"^\d+ passed, 0 failed$", text, re.MULTILINE) is not None


def run_vim(directory, vm):
    """Vim, without anybody's settings: the type of the file, and what its words are."""
    return run_editor(["vim", "-es", "-N", "-u", "NONE", "-i", "NONE", "-n", "-S", str(HERE / "vim_test.vim")], directory, vm)


def run_neovim(directory, vm):
    """Neovim likewise: the language server."""
    return run_editor(["nvim", "--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", f"luafile {HERE / 'neovim_test.lua'}"], directory, vm)


TESTS = {
    "session": lambda directory, vm: run_node("session", directory, vm),
    "grammar": lambda directory, vm: run_node("grammar", directory, vm),
    "extension": lambda directory, vm: run_node("extension", directory, vm),
    "package": run_package,
    "vim": run_vim,
    "neovim": run_neovim,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--directory", default=ROOT / "build/editors", type=pathlib.Path)
    parser.add_argument("tests", nargs="*", metavar="TEST", choices=[*TESTS, []])
    arguments = parser.parse_args()
    tests = arguments.tests or list(TESTS)
    if set(tests) - {"vim", "neovim"} and (shutil.which("npm") is None or shutil.which("node") is None):
        print("no npm: scripts/bootstrap editors installs it")
        sys.exit(SKIPPED)
    failed = []
    for name in tests:
        print(f"=== {name}", flush=True)
        try:
            if not TESTS[name](arguments.directory.resolve(), str(pathlib.Path(arguments.vm).resolve())):
                failed.append(name)
        except subprocess.TimeoutExpired as error:
            print(error)
            failed.append(name)
        except Unreachable as error:
            print(f"npm's registry cannot be reached: {error}")
            sys.exit(SKIPPED)
    print(f"{len(tests) - len(failed)} passed, {len(failed)} failed" + "".join(f" {name}" for name in failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
