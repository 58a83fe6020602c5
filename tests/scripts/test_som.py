"""scripts/som in a tree that its user may not write."""

import os
import shutil
import subprocess
import unittest

import support

NOBODY = 65534


class ReadOnlyTreeTest(support.ScriptTest):
    def test_a_built_vm_runs(self):
        tree = self.scratch / "tree with blanks"
        (tree / "scripts").mkdir(parents=True)
        (tree / "build/release").mkdir(parents=True)
        shutil.copy(support.ROOT / "scripts/som", tree / "scripts/som")
        build = tree / "scripts/build"
        build.write_text("#!/bin/sh\necho built >&2\nexit 1\n")
        vm = tree / "build/release/som"
        vm.write_text('#!/bin/sh\necho "ran $*"\n')
        for program in (build, vm):
            program.chmod(0o755)
        (tree / "build/release").chmod(0o555)
        self.scratch.chmod(0o755)
        done = subprocess.run([tree / "scripts/som", "-e", "1 println"], capture_output=True, text=True,
                              check=False, cwd="/", user=NOBODY if os.geteuid() == 0 else None)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "ran -e 1 println\n", ""))


if __name__ == "__main__":
    unittest.main()
