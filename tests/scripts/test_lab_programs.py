"""The laboratory's programs in other languages: each gives the right result on the VMs installed."""

import shutil
import subprocess
import unittest

import support
from measure import harness_log, process, vms
from measure.experiments import ladder, paper_table, programs

SMALL = {**paper_table.SMALLEST, "Fannkuch": 6, "Mandelbrot": 10, "NBody": 10, "Towers": 1, "DeltaBlue": 20, "Splay": 1}
# Those that take seconds to start run one program only.
SLOW_TO_START = ("jython", "jruby")
# Languages that have the programs of the ladder, beside those of the table.
LADDER = ("lua", "python", "javascript", "quickjs")


class LabProgramsTest(unittest.TestCase):
    def machines(self):
        """Every VM that is installed, with all it needs."""
        return [vm for vm in vms.named((*vms.OTHERS, *vms.FURTHER)) if not programs.missing(vm.language)]

    def run_program(self, vm, name, inner):
        argv, folder = programs.command(vm, name, 2, inner)
        return process.run(argv, 60, folder)

    def test_every_program_verifies(self):
        for vm in self.machines():
            names = set(paper_table.SIZES)
            if vm.language in LADDER:
                names |= set(ladder.PROGRAMS)
            if vm.language in ("lua", "python", "ruby", "javascript"):
                names.add("Towers")
            if vm.name in SLOW_TO_START:
                names = {"KNucleotide"}
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
        folder = programs.FOLDER / "javascript"
        done = process.run(["node", "-e", script, "NBody", "2", "10"], 60, folder)
        self.assertEqual(harness_log.outcome(done, 2), (harness_log.OK, ""))
        done = process.run(["node", "-e", script, "Nothing", "2", "10"], 60, folder)
        self.assertEqual(harness_log.outcome(done, 2)[0], harness_log.MISSING)

    def test_wrong_result_is_reported(self):
        source = (programs.FOLDER / "lua" / "fannkuch.lua").read_text()
        self.assertIn("{0, 1, 2, 4, 7", source)
        broken = source.replace("{0, 1, 2, 4, 7", "{0, 1, 2, 4, 8")
        check = f"local f = load([==[{broken}]==])() os.exit(f(5) and 1 or 0)"
        for vm in vms.installed(("lua",))[:1]:
            done = subprocess.run([*vm.command, "-e", check], cwd=support.ROOT, check=False)
            self.assertEqual(done.returncode, 0)

    def test_program_that_does_not_exist_is_missing(self):
        for vm in self.machines():
            if vm.name in SLOW_TO_START:
                continue
            with self.subTest(vm=vm.name):
                done = self.run_program(vm, "Nothing", 1)
                self.assertEqual(harness_log.outcome(done, 2)[0], harness_log.MISSING)


if __name__ == "__main__":
    unittest.main()
