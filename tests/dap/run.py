#!/usr/bin/python3
"""Sessions of the Debug Adapter Protocol with `som --dap`, by a client from npm (package-lock.json pins it).

Usage: run.py --vm PATH [--modules DIRECTORY]
The client's packages are installed into DIRECTORY once; without one, into a directory that is removed afterwards.
Status 77 (skipped) where npm is missing or cannot reach its registry; scripts/bootstrap test installs npm.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
# What npm says where the network, not a package, is at fault.
UNREACHABLE = ("ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ENOTCACHED")


def skip(reason):
    print(f"skipped: {reason}")
    return SKIPPED


def install(modules):
    """Installs what package-lock.json pins; answers why that is impossible here, or None. Other failures are raised."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, modules / name)
    result = subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries", "1"], cwd=modules,
                            capture_output=True, text=True, timeout=120)
    if result.returncode == 0:
        return None
    if any(code in result.stderr for code in UNREACHABLE):
        return "npm cannot reach its registry: " + next(line for line in result.stderr.splitlines() if line)
    raise SystemExit("npm ci failed:\n" + result.stderr)


def run(modules, vm):
    modules.mkdir(parents=True, exist_ok=True)
    lock = (HERE / "package-lock.json").read_bytes()
    copy = modules / "package-lock.json"
    if not (modules / "node_modules").is_dir() or not copy.is_file() or copy.read_bytes() != lock:
        problem = install(modules)
        if problem:
            return skip(problem)
    environment = {**os.environ, "SOM": str(pathlib.Path(vm).resolve()), "ROOT": str(ROOT), "SUPPORT": str(modules.resolve())}
    return subprocess.run(["node", "--test", str(HERE / "session_test.mjs")], env=environment, check=False).returncode


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--modules", type=pathlib.Path)
    settings = parser.parse_args()
    if shutil.which("npm") is None or shutil.which("node") is None:
        return skip("there is no npm; scripts/bootstrap test installs it")
    if settings.modules:
        return run(settings.modules, settings.vm)
    with tempfile.TemporaryDirectory() as directory:
        return run(pathlib.Path(directory), settings.vm)


if __name__ == "__main__":
    sys.exit(main())
