"""Where things are in the source tree, and the VM under test. Nothing here runs a benchmark."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CORE_LIB = ROOT / "core-lib"
AWFY = ROOT / "are-we-fast-yet"
MICRO = AWFY / "micro"
SURVEY = AWFY / "survey"
PAIRS = ROOT / "tests" / "pairs"
LAB = ROOT / "tests" / "lab"
RELEASE_VM = ROOT / "build" / "release" / "som"


class UserError(Exception):
    """A mistake the user can put right; `main` prints it and exits with status 2."""


def release_vm():
    """Path of the release build of som, built first when it is absent.

    Raises UserError when the build fails.
    """
    if not RELEASE_VM.exists():
        print(f"{RELEASE_VM.relative_to(ROOT)} is not there yet: building it", file=sys.stderr)
        build = subprocess.run([str(ROOT / "scripts" / "build"), "release"], stdout=sys.stderr)
        if build.returncode != 0 or not RELEASE_VM.exists():
            raise UserError("scripts/build release did not produce build/release/som")
    return RELEASE_VM


def lab_program(name, directory=None):
    """Path of a program or library of tests/lab.

    directory: where to look; None means the release build, which makes it when absent.
    Raises UserError when it is not there.
    """
    program = Path(directory or RELEASE_VM.parent / "tests" / "lab") / name
    if not program.exists() and directory is None:
        target = program.stem.removeprefix("lib")
        subprocess.run([str(ROOT / "scripts" / "build"), "--quiet", "release", target], check=False)
    if not program.exists():
        raise UserError(f"{program} is missing (scripts/build release makes it)")
    return program


def need(*tasks):
    """Installs the packages that tasks of scripts/bootstrap need; says what it could not, and goes on."""
    subprocess.run([ROOT / "scripts/bootstrap", *tasks], stdout=subprocess.DEVNULL, check=False)


class WriteError(Exception):
    """A file that could not be written to its end; `main` prints it and exits with status 1."""


@contextlib.contextmanager
def writing(path, mode="w", **how):
    """The file `path`, open for writing, as `open` has it; raises WriteError when it cannot be written."""
    try:
        with open(path, mode, **how) as stream:
            yield stream
    except OSError as error:
        raise WriteError(f"cannot write '{path}': {error.strerror}") from error


def run_main(main):
    """Calls `main()` and ends the process with its status.

    UserError and failing file operations become a message and status 2, incomplete output a message and status 1.
    """
    try:
        status = main()
        sys.stdout.flush()
        sys.exit(status)
    except WriteError as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        sys.exit(1)
    except UserError as error:
        print(f"{Path(sys.argv[0]).name}: {error}", file=sys.stderr)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(141)
    except OSError as error:
        if error.filename is None:
            # What is still buffered cannot be written either.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            print(f"{Path(sys.argv[0]).name}: cannot write standard output: {error.strerror}", file=sys.stderr)
            sys.exit(1)
        print(f"{Path(sys.argv[0]).name}: {error.filename}: {error.strerror}", file=sys.stderr)
        sys.exit(2)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        sys.exit(130)
