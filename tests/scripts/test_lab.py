"""scripts/lab with a fake VM and fake engines: every experiment prints, writes CSV and a picture."""

import csv
import re
import shutil
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import support
from measure import lab_report
from measure.experiments import ladder, loops, paper_table
from measure.lab import EXPERIMENTS


class LabTest(support.ScriptTest):
    def lab(self, experiment, *arguments, som=support.FAKE_VM):
        return self.script("lab", experiment, "--smallest", "--quiet", "--som", som, "--engines",
                           support.FAKE_VM.parent, "--out", self.scratch, *arguments)

    def check(self, experiment, *names):
        done = self.lab(experiment)
        self.assert_status(done, 0)
        tables = []
        for name in names:
            picture = ElementTree.parse(self.scratch / f"{name}.svg").getroot()
            self.assertTrue(picture.tag.endswith("svg"))
            with open(self.scratch / f"{name}.csv", encoding="utf-8") as stream:
                tables.append(list(csv.reader(stream)))
            self.assertGreater(len(tables[-1]), 2)
        return done, tables

    def test_measurements_are_written_for_r(self):
        self.check("doubles", "doubles")
        with open(self.scratch / "doubles-measurements.csv", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual(len(rows), 6)
        self.assertEqual({row["runtime_us"] for row in rows}, {"1000.0"})
        for row in rows:
            float(row["wall_s"])
        if shutil.which("Rscript"):
            page = (support.ROOT / "docs" / "experiments" / "README.md").read_text(encoding="utf-8")
            line = re.search(r"`(runs <- read\.csv[^`]*)`", page)[1]
            (self.scratch / "paper-table-measurements.csv").write_text(
                (self.scratch / "doubles-measurements.csv").read_text(encoding="utf-8"), encoding="utf-8")
            done = subprocess.run(["Rscript", "-e", line], cwd=self.scratch, capture_output=True, text=True,
                                  check=False)
            self.assert_status(done, 0)
            self.assertRegex(done.stdout, r"boxed +Mandelbrot +1000")

    def test_loops(self):
        done, (rows,) = self.check("loops", "loops")
        with open(self.scratch / "loops-summary.csv", encoding="utf-8") as stream:
            summary = list(csv.reader(stream))
        self.assertEqual(rows[0][7:], ["primitive speed-up", "rewritten speed-up", "inlined speed-up",
                                       "compiled, library speed-up", "compiled, inlined speed-up"])
        self.assertIn("Sieve", done.stdout)
        self.assertEqual([row[0] for row in summary[1:]],
                         ["primitive", "rewritten", "inlined", "compiled, library", "compiled, inlined"])
        self.assertEqual(summary[1][1::2], ["1.00", "1.00", "1.00"])

    def test_summary_of_loops_names_the_extremes(self):
        row = loops._summary("primitive", {"Sum": 4.0, "Loop": 1.0, "Sieve": 2.0, "List": 0.5})
        self.assertEqual(row, ["primitive", "0.50", "List", "1.50", "1.41", "4.00", "Sum"])

    def test_dispatch(self):
        _, (suite, loop) = self.check("dispatch", "dispatch-awfy", "dispatch-loop")
        self.assertEqual(suite[-1][0], "geometric mean")
        self.assertEqual(loop[1], ["ast-walker", "12.50", "5.00", "0.0", "24.27", "14.19"])
        self.assertIn(["bytecode-switch", "7.50", "3.00", "20.5", "13.30", "7.78"], loop)
        self.assertIn(["native-plain", "2.50", "1.00", "-", "1.71", "1.00"], loop)
        self.assertIn(["som, tail", "5.00", "2.00", "-", "-", "-"], loop)

    def test_nested_loop(self):
        _, (rows,) = self.check("nested-loop", "nested-loop")
        self.assertIn(["C++ -O3, 64 bits", "1.500", "0.188", "24502500", "-", "-"], rows)
        self.assertIn(["30 bytecodes, templates", "2.000", "0.250", "24502500", "5.20", "0.081"], rows)

    def test_nested_loop_finds_a_wrong_result(self):
        wrong = self.fake_script("wrong", error=1)
        done = self.lab("nested-loop", som=wrong)
        self.assert_status(done, 1)
        self.assertIn("the loop's result is 24502501, not 24502500", done.stderr)

    def test_caches(self):
        _, (degrees, programs) = self.check("caches", "caches-degree", "caches-programs")
        # Of the site alone, and of all sites of the program.
        self.assertIn(["8", "16", "mono", "1.95", "10.00", "60.00", "0.00", "30.00"], degrees)
        self.assertIn(["8", "16", "none", "1.95", "-", "-", "-", "-"], degrees)
        self.assertIn(["Richards", "poly", "1.00", "1.000", "55.00", "30.00", "0.00", "15.00", "1", "1", "0"], programs)

    def test_ladder(self):
        # One run for the four programs, the interpreter's steps over the suite, and the compiled tier's.
        _, (rows, interpreted, compiled) = self.check("ladder", "ladder", "ladder-suite", "ladder-compiled")
        self.assertEqual([rows[1][0], rows[1][5]], ["naive", "1.00"])
        by_step = {row[0]: row[-3:] for row in rows}
        self.assertEqual(by_step["naive"], ["-", "-", "-"])
        self.assertEqual(by_step["global cache"], ["1.00", "global method cache", "1.15"])
        self.assertEqual(by_step["quickening"][2], "-")
        self.assertEqual([interpreted[1][0], interpreted[-1][0]], ["naive", "tail calls"])
        self.assertEqual([compiled[1][0], compiled[2][0]], ["tail calls", "compiled"])
        self.assertEqual(compiled[1][-1], "1.00")

    def test_steps_of_the_compiled_tier_end_at_the_default(self):
        steps = dict(ladder.configurations(["switch", "goto", "tail"]))
        self.assertIn("hoisting,", steps["compiled"][-1] + ",")
        self.assertEqual(steps["hoisting"], ["--jit", "on"])

    def test_tiers(self):
        _, (rows,) = self.check("tiers", "tiers")
        self.assertEqual(rows[1][:2], ["Richards", "som"])

    def test_doubles(self):
        _, (rows,) = self.check("doubles", "doubles")
        self.assertEqual(rows[1], ["NBody", "immediate", "1.00", "1.00", "5.0", "7"])

    def test_paper_table(self):
        done, (rows,) = self.check("paper-table", "paper-table")
        self.assertEqual([row[0] for row in rows[1:]], [f"{name} short" for name in paper_table.SIZES])
        self.assertEqual(rows[0][1:3], ["som s", "som, interpreted s"])
        if shutil.which("gcc"):
            self.assertRegex(done.stdout, r"geometric mean, short +[\d.]+ +[\d.]+ +1\.00 ")

    def test_relation_to_c(self):
        means = {("Fasta short", "gcc -O3"): 2.0, ("Fasta short", "som"): 8.0, ("Fasta long", "gcc -O3"): 5.0,
                 ("Fasta long", "som"): 10.0, ("NBody long", "gcc -O3"): 1.0, ("NBody long", "som"): 8.0}
        rows = paper_table._relative(means, ["Fasta short", "Fasta long", "NBody long"], ["gcc -O3", "som"])
        self.assertEqual(rows[0], ["Fasta short", "1.00", "4.00"])
        self.assertEqual(rows[3:], [["geometric mean, short", "1.00", "4.00"], ["geometric mean, long", "1.00", "4.00"]])

    def test_failing_benchmark_is_named(self):
        broken = self.fake_script("broken", mode="wrong")
        done = self.lab("doubles", som=broken)
        self.assert_status(done, 1)
        self.assertIn("FAILED micro/NBody on immediate, process 1: wrong result", done.stderr)

    def test_unknown_experiment_is_refused(self):
        self.assert_status(self.script("lab", "nothing"), 2)

    def test_missing_vm_is_refused(self):
        done = self.lab("loops", som="/nonexistent/som")
        self.assert_status(done, 2)
        self.assertIn("'/nonexistent/som' is no program", done.stderr)


class AllTest(support.ScriptTest):
    """`scripts/lab all` with the fakes."""

    def all(self, *arguments, som=support.FAKE_VM):
        return self.script("lab", "all", "--smallest", "--quiet", "--som", som, "--engines", support.FAKE_VM.parent,
                           "--out", self.scratch / "out", *arguments)

    def test_report_and_failures_and_resuming(self):
        # One run for all of it: the fakes take a while to start.
        report = self.scratch / "report.html"
        wrong = self.fake_script("wrong", mode="wrong", victim="Mandelbrot")
        done = self.all("--report", report, som=wrong)
        self.assert_status(done, 1)
        self.assertRegex(done.stdout, rf"^{len(EXPERIMENTS)} experiments, about \d+ s")
        for name in ("doubles", "paper-table", "tiers"):
            self.assertIn(f"lab {name}: ", done.stderr)
        self.assertIn(f"{len(EXPERIMENTS) - 3} of {len(EXPERIMENTS)} experiments done", done.stdout)
        self.check_page(report.read_text(encoding="utf-8"))
        again = self.all("--resume", som=wrong)
        self.assert_status(again, 1)
        self.assertRegex(again.stdout, "^3 experiments, ")
        self.assertNotIn("== loops", again.stdout)

    def check_page(self, page):
        """The page holds every experiment, and needs no other file."""
        self.assertRegex(page, "<td>som</td><td>fake 1.0</td>")
        for name in EXPERIMENTS:
            self.assertIn(f"<section id={name}>", page)
        self.assertIn("<td>bytecode-switch</td><td class=number>7.50</td>", page)
        self.assertIn("Nearly every double fits into the value word", page)
        self.assertIn("wrong result", page)
        pictures = len(list((self.scratch / "out").glob("*.svg")))
        self.assertGreater(pictures, 5)
        self.assertEqual(page.count('<img alt="'), pictures)
        self.assertEqual(page.count('src="data:image/svg+xml;base64,'), pictures)
        self.assertNotRegex(page, r'(src|href)="?(?!data:|#|https?:)[\w./]')

    def test_resuming_needs_the_same_run(self):
        done = self.all("--resume")
        self.assert_status(done, 2)
        self.assertIn("--resume: there is no ", done.stderr)
        (self.scratch / "out").mkdir(exist_ok=True)
        (self.scratch / "out" / "lab-all.json").write_text('{"settings": {}, "done": {}}', encoding="utf-8")
        done = self.all("--resume")
        self.assert_status(done, 2)
        self.assertIn("another VM or with other options", done.stderr)

    def test_options_of_all_are_refused_elsewhere(self):
        for option in (["--report", "x.html"], ["--pdf", "x.pdf"], ["--resume"]):
            done = self.script("lab", "loops", *option)
            self.assert_status(done, 2)
            self.assertIn("go with `scripts/lab all`", done.stderr)

    def test_pdf(self):
        if shutil.which("chromium") is None:
            self.skipTest("no chromium")
        pdf = self.scratch / "report.pdf"
        lab_report.write_pdf(self.page("<h1>The laboratory</h1>"), pdf)
        self.assertEqual(pdf.read_bytes()[:5], b"%PDF-")

    def page(self, body):
        path = self.scratch / "page.html"
        path.write_text(f"<!DOCTYPE html><title>Page</title>{body}", encoding="utf-8")
        return path


class LadderTest(unittest.TestCase):
    def test_published_steps_have_a_step_here(self):
        self.assertLessEqual(set(ladder.PUBLISHED), {name for name, _ in ladder.STEPS})

    def test_each_step_keeps_the_earlier_ones(self):
        steps = dict(ladder.configurations(["switch", "goto", "tail"]))
        self.assertEqual(len(steps), len(ladder.STEPS) + len(ladder.COMPILED_STEPS))
        last = steps["tail calls"]
        settings = dict(zip(last[::2], last[1::2]))
        self.assertEqual(settings["--dispatch"], "tail")
        self.assertEqual(settings["--inline-cache"], "poly")
        self.assertEqual(settings["--doubles"], "immediate")

    def test_step_without_its_technique_is_left_out(self):
        names = [name for name, _ in ladder.configurations(["switch", "goto"])]
        self.assertNotIn("tail calls", names)
        self.assertEqual(names[-len(ladder.COMPILED_STEPS) - 1], "computed goto")


if __name__ == "__main__":
    unittest.main()
