"""The laboratory's programs in other languages: each gives the right result on the VMs installed."""

import shutil
import subprocess
import unittest

import support
from measure import harness_log, process, vms
from measure.experiments import context, ladder, paper_table

SMALL = {"Richards": 1, "Fannkuch": 6, "Mandelbrot": 10, "NBody": 10, "SpectralNorm": 10, "Towers": 1,
         "DeltaBlue": 20, "Splay": 1}


class LabProgramsTest(unittest.TestCase):
    def run_program(self, vm, name, inner):
        harness = context.PROGRAMS / context.HARNESS[vm.language]
        return process.run([*vm.command, harness.name, name, "2", str(inner)], 60, harness.parent)

    def test_every_program_verifies(self):
        for vm in vms.installed():
            names = set(paper_table.SIZES)
            if vm.language != "ruby":
                names |= set(ladder.PROGRAMS)
            for name in sorted(names):
                with self.subTest(vm=vm.name, program=name):
                    done = self.run_program(vm, name, SMALL[name])
                    self.assertEqual(harness_log.outcome(done, 2), (harness_log.OK, ""))

    def test_harness_for_quickjs_needs_nothing_of_node(self):
        if shutil.which("node") is None:
            self.skipTest("no node to run it")
        # What `qjs --std` defines, and nothing else: an indirect eval does not see Node's require.
        script = """
            const read = require('fs').readFileSync;
            globalThis.std = { exit: process.exit, loadFile(name) {
              try { return read(name, 'utf8'); } catch { return null; } } };
            globalThis.scriptArgs = ['harness_quickjs.js', ...process.argv.slice(1)];
            globalThis.print = console.log;
            const source = read('harness_quickjs.js', 'utf8');
            globalThis.process = undefined;
            (0, eval)(source);"""
        folder = context.PROGRAMS / "javascript"
        done = process.run(["node", "-e", script, "NBody", "2", "10"], 60, folder)
        self.assertEqual(harness_log.outcome(done, 2), (harness_log.OK, ""))
        done = process.run(["node", "-e", script, "Nothing", "2", "10"], 60, folder)
        self.assertEqual(harness_log.outcome(done, 2)[0], harness_log.MISSING)

    def test_wrong_result_is_reported(self):
        source = (context.PROGRAMS / "lua" / "fannkuch.lua").read_text()
        self.assertIn("{0, 1, 2, 4, 7", source)
        broken = source.replace("{0, 1, 2, 4, 7", "{0, 1, 2, 4, 8")
        check = f"local f = load([==[{broken}]==])() os.exit(f(5) and 1 or 0)"
        for vm in vms.installed(("lua",))[:1]:
            done = subprocess.run([*vm.command, "-e", check], cwd=support.ROOT, check=False)
            self.assertEqual(done.returncode, 0)

    def test_program_that_does_not_exist_is_missing(self):
        for vm in vms.installed():
            with self.subTest(vm=vm.name):
                done = self.run_program(vm, "Nothing", 1)
                self.assertEqual(harness_log.outcome(done, 2)[0], harness_log.MISSING)


if __name__ == "__main__":
    unittest.main()
