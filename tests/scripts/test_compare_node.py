"""scripts/compare-node: which programs it has, that their results are right, wrong use."""

import unittest
from shutil import which

import support
from measure import compare_node, suites
from measure.experiments import paper_table


class ProgramsTest(unittest.TestCase):
    def test_all_fourteen_have_a_port(self):
        names = {benchmark.key for benchmark in compare_node.benchmarks()}
        self.assertLessEqual({benchmark.key for benchmark in suites.awfy()}, names)
        self.assertGreaterEqual(len(names), 16)

    def test_every_port_belongs_to_a_benchmark(self):
        names = {benchmark.name for suite in ("both", "survey")
                 for benchmark in compare_node.benchmarks(suite)}
        # The others are those of the laboratory alone.
        names |= set(paper_table.SIZES)
        self.assertEqual({name.lower() for name in names}, compare_node.ports())

    def test_every_program_of_the_survey_has_a_port(self):
        self.assertEqual([benchmark.name for benchmark in compare_node.benchmarks("survey")],
                         [benchmark.name for benchmark in suites.survey()])


@unittest.skipUnless(which("node"), "needs node")
class CompareNodeTest(support.ScriptTest):
    def compare(self, *arguments):
        return self.script("compare-node", *arguments, "--vm", f"som={support.FAKE_VM}")

    def test_every_program_runs_right(self):
        done = self.compare("--quick", "--iterations", "2", "--quiet")
        self.assert_status(done, 0)
        self.assertRegex(done.stdout, r"(\d+) of \1 programs ran right")

    def test_the_survey_runs_right(self):
        done = self.compare("--suite", "survey", "--quick", "--iterations", "2", "--quiet")
        self.assert_status(done, 0)
        self.assertIn("20 of 20 programs ran right", done.stdout)

    def test_failure_is_reported(self):
        wrong = self.scratch / "wrong"
        wrong.write_text("#!/bin/sh\nexit 3\n")
        wrong.chmod(0o755)
        done = self.script("compare-node", "Towers", "--quick", "--quiet", "--vm", f"som={wrong}")
        self.assert_status(done, 1)
        self.assertIn("FAILED Towers on som", done.stdout)

    def test_unknown_benchmark_is_refused(self):
        self.assert_status(self.compare("Nothing"), 2)


if __name__ == "__main__":
    unittest.main()
