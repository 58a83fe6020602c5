"""What the tests of the scripts share: running a script, the fake VM, temporary folders."""

import os
import shlex
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FAKE_VM = Path(__file__).resolve().parent / "fakes" / "som_vm"
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))


class ScriptTest(unittest.TestCase):
    """A test case with a scratch folder and a way to run a script of scripts/.

    timeout: seconds that a script may take.
    """

    timeout = 120

    def setUp(self):
        self._folder = tempfile.TemporaryDirectory(prefix="som-script-test-")
        self.addCleanup(self._folder.cleanup)
        self.scratch = Path(self._folder.name)

    def script(self, name, *arguments, **environment):
        """Runs scripts/NAME; returns the finished process with text output."""
        return subprocess.run([str(ROOT / "scripts" / name), *map(str, arguments)], cwd=ROOT,
                              env={**os.environ, **environment}, capture_output=True, text=True,
                              timeout=self.timeout, check=False)

    def fake_script(self, name, **settings):
        """Path of a program in the scratch folder that is the fake VM with these settings."""
        program = self.scratch / name
        program.write_text(f'#!/bin/sh\nexec {_fake_command(settings)} "$@"\n')
        program.chmod(0o755)
        return program

    def assert_status(self, done, status):
        """Compares the exit status and shows the output when it differs."""
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)


def fake(name, **settings):
    """`NAME=COMMAND` for --vm: the fake VM with these settings (see fakes/som_vm)."""
    return f"{name}={_fake_command(settings)}"


def _fake_command(settings):
    return shlex.join([str(FAKE_VM), *(f"--fake-{key}={value}" for key, value in settings.items())])
