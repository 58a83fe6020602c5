"""scripts/awfy end to end with fake VMs: files written, failures named, comparison and plot."""

import csv
import json
import subprocess
import unittest
import xml.etree.ElementTree as ElementTree

import support
from support import fake


class AwfyTest(support.ScriptTest):
    def awfy(self, *arguments, vm=None):
        out = ["--out", self.scratch / "out"]
        return self.script("awfy", *arguments, *out, "--vm", vm or fake("som"))

    def results(self):
        return json.loads((self.scratch / "out" / "results.json").read_text())

    def test_two_benchmarks_give_json_csv_and_table(self):
        done = self.awfy("Queens", "Sieve", "--suite", "awfy", "--processes", "2", "--iterations", "3")
        self.assert_status(done, 0)
        document = self.results()
        self.assertEqual(len(document["runs"]), 4)
        self.assertEqual(document["runs"][0]["runtimes_us"], [1000, 1010, 1020])
        self.assertEqual(document["runs"][0]["gc"]["collections"]["young"], 7)
        self.assertEqual(document["vms"][0]["version"], "fake 1.0")
        self.assertIn("cores", document["machine"])
        with open(self.scratch / "out" / "results.csv", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        self.assertEqual(len(rows), 12)
        self.assertEqual(rows[2]["runtime_us"], "1020.0")
        self.assertEqual(rows[0]["nursery_collections"], "7")
        self.assertEqual(rows[0]["gc_total_us"], "2000")
        self.assertRegex(done.stdout, r"awfy/Queens +som +\d+ +1\.01 ")
        self.assertIn("4 of 4 runs verified", done.stdout)
        self.assertIn("[4/4]", done.stderr)

    def test_what_cannot_be_written_is_named(self):
        for option in "--json", "--csv":
            with self.subTest(option):
                done = self.awfy("Queens", "--suite", "awfy", "--quick", option, "/dev/full")
                self.assert_status(done, 1)
                self.assertIn("awfy: cannot write '/dev/full': No space left on device\n", done.stderr)
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = subprocess.run([support.ROOT / "scripts/awfy", "--list"], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        self.assertEqual((done.returncode, done.stderr),
                         (1, "awfy: cannot write standard output: No space left on device\n"))

    def test_the_survey_is_run_when_asked_for(self):
        done = self.awfy("Shapes", "--suite", "survey", "--processes", "1", "--iterations", "1")
        self.assert_status(done, 0)
        self.assertEqual([run["suite"] for run in self.results()["runs"]], ["survey"])
        self.assert_status(self.awfy("Shapes", "--processes", "1", "--iterations", "1"), 2)

    def test_runs_are_interleaved_and_the_first_vm_changes(self):
        done = self.awfy("Queens", "Sieve", "--suite", "awfy", "--processes", "2", "--iterations", "1",
                         "--vm", fake("other"))
        self.assert_status(done, 0)
        order = [(run["benchmark"], run["vm"]) for run in self.results()["runs"]]
        self.assertEqual(order, [("Queens", "other"), ("Queens", "som"), ("Sieve", "other"),
                                 ("Sieve", "som"), ("Queens", "som"), ("Queens", "other"),
                                 ("Sieve", "som"), ("Sieve", "other")])

    def test_warmup_is_recorded_and_not_counted(self):
        self.assert_status(self.awfy("Queens", "--suite", "awfy", "--processes", "1", "--iterations",
                                     "2", "--warmup", "1"), 0)
        run = self.results()["runs"][0]
        self.assertEqual((run["warmup_us"], run["runtimes_us"]), ([1000], [1010, 1020]))

    def check_failure(self, mode, kind, evidence, *arguments):
        done = self.awfy("Queens", "Sieve", "--suite", "awfy", "--quick", *arguments,
                         vm=fake("som", mode=mode, victim="Sieve"))
        self.assert_status(done, 1)
        self.assertRegex(done.stdout, f"FAILED awfy/Sieve on som, process 1: {kind}: .*{evidence}")
        self.assertIn("1 of 2 runs verified", done.stdout)
        statuses = {run["benchmark"]: run["status"] for run in self.results()["runs"]}
        self.assertEqual(statuses, {"Queens": "ok", "Sieve": kind})

    def test_wrong_result_is_named(self):
        self.check_failure("wrong", "wrong result", "incorrect result")

    def test_crash_is_named(self):
        self.check_failure("crash", "crash", "SIGSEGV")

    def test_status_of_a_caught_signal_is_a_crash(self):
        self.check_failure("abort", "crash", "134")

    def test_timeout_is_named(self):
        self.check_failure("hang", "timeout", "killed after", "--timeout", "1.5")

    def test_benchmark_the_vm_cannot_load_is_missing(self):
        self.check_failure("missing", "missing benchmark", "Tried loading 'Sieve'")

    def test_error_exit_is_named(self):
        self.check_failure("error", "error", "Method foo not found")

    def test_too_few_measurements_are_incomplete(self):
        self.check_failure("silent", "incomplete output", "0 measurements where 1")

    def test_unknown_name_is_refused_with_a_hint(self):
        done = self.awfy("Quens", "--suite", "awfy")
        self.assert_status(done, 2)
        self.assertIn("no benchmark named 'Quens'; did you mean Queens", done.stderr)

    def test_program_that_does_not_exist_is_refused(self):
        done = self.awfy("Queens", "--suite", "awfy", vm="x=/nonexistent/som")
        self.assert_status(done, 2)
        self.assertIn("there is no program '/nonexistent/som'", done.stderr)

    def test_peak_memory_is_the_childs_own(self):
        self.assert_status(self.awfy("Queens", "--suite", "awfy", "--quick",
                                     vm=fake("som", memory=200000000)), 0)
        self.assertAlmostEqual(self.results()["runs"][0]["peak_kb"] / 1024, 200, delta=30)

    def measured(self, name, time):
        path = self.scratch / f"{name}.json"
        self.assert_status(self.awfy("Queens", "Sieve", "--suite", "awfy", "--iterations", "3",
                                     "--json", path, vm=fake("som", time=time)), 0)
        return path

    def test_compare_finds_what_is_beyond_noise(self):
        before, after = self.measured("before", 1000), self.measured("after", 2000)
        done = self.script("awfy", "--compare", before, after)
        self.assert_status(done, 0)
        self.assertRegex(done.stdout, r"awfy/Queens +1\.01 +2\.02 +2\.000 .*SLOWER")
        self.assertRegex(done.stdout, r"geometric mean over 2 awfy benchmarks: 2\.000")
        done = self.script("awfy", "--compare", before, before)
        self.assertRegex(done.stdout, r"awfy/Queens .*1\.000 .*within noise")

    def test_compare_names_the_benchmark_only_one_side_has(self):
        before = self.measured("before", 1000)
        document = json.loads(before.read_text())
        document["runs"] = [run for run in document["runs"] if run["benchmark"] != "Sieve"]
        after = self.scratch / "after.json"
        after.write_text(json.dumps(document))
        done = self.script("awfy", "--compare", before, after)
        self.assert_status(done, 1)
        self.assertIn("only in before: awfy/Sieve", done.stdout)

    def test_compare_refuses_a_file_that_is_no_result(self):
        path = self.scratch / "x.json"
        path.write_text("{}")
        done = self.script("awfy", "--compare", path, path)
        self.assert_status(done, 2)
        self.assertIn("is no results file", done.stderr)

    def test_plot_shows_a_dot_for_each_benchmark(self):
        picture = self.scratch / "ratios.svg"
        done = self.awfy("Queens", "Sieve", "--suite", "awfy", "--quick", "--plot", picture, "--vm",
                         fake("half", time=500), "--baseline", "som")
        self.assert_status(done, 0)
        text = " ".join(ElementTree.parse(picture).getroot().itertext())
        self.assertIn("relative to som", text)
        self.assertIn("Queens", text)
        self.assertIn("0.50", text)

    def test_plot_of_one_vm_shows_times(self):
        picture = self.scratch / "times.png"
        self.assert_status(self.awfy("Queens", "--suite", "awfy", "--quick", "--plot", picture), 0)
        self.assertTrue(picture.read_bytes().startswith(b"\x89PNG"))

    def test_plot_file_must_be_a_picture(self):
        done = self.awfy("Queens", "--suite", "awfy", "--plot", "out.txt")
        self.assert_status(done, 2)
        self.assertIn(".svg", done.stderr)

    def test_without_matplotlib_the_package_is_named(self):
        blocker = self.scratch / "blocked"
        blocker.mkdir()
        (blocker / "matplotlib.py").write_text("raise ImportError('blocked')")
        done = self.script("awfy", "Queens", "--plot", PYTHONPATH=str(blocker))
        self.assert_status(done, 2)
        self.assertIn("python3-matplotlib", done.stderr)


class UpstreamTest(support.ScriptTest):
    """--awfy with a miniature checkout whose harnesses print what the real ones print."""

    def setUp(self):
        super().setUp()
        self.checkout = self.scratch / "checkout"
        som = self.checkout / "benchmarks" / "SOM"
        som.mkdir(parents=True)
        for name in ("Harness", "Queens"):
            (som / f"{name}.som").write_text("")
        lua = self.checkout / "benchmarks" / "Lua"
        lua.mkdir()
        (lua / "harness.lua").write_text(
            "for i = 1, tonumber(arg[2]) do\n"
            "  print(arg[1] .. ': iterations=1 runtime: ' .. (2000 + tonumber(arg[3])) .. 'us')\n"
            "end\n")
        python = self.checkout / "benchmarks" / "Python"
        python.mkdir()
        (python / "harness.py").write_text(
            "import sys\nsys.exit('Benchmark failed with incorrect result')\n")

    def test_languages_run_through_their_own_harnesses(self):
        done = self.script("awfy", "--awfy", self.checkout, "Queens", "--quick", "--iterations", "2",
                           "--vms", "som,lua5.4,python3", "--vm", fake("som"), "--out", self.scratch)
        self.assert_status(done, 1)
        runs = {run["vm"]: run for run in
                json.loads((self.scratch / "results.json").read_text())["runs"]}
        self.assertEqual(runs["som"]["runtimes_us"], [1000, 1010])
        self.assertEqual(runs["lua5.4"]["runtimes_us"], [2001, 2001])
        self.assertEqual(runs["python3"]["status"], "wrong result")
        self.assertIn("FAILED awfy/Queens on python3, process 1: wrong result", done.stdout)

    def test_missing_source_in_the_checkout_is_named(self):
        done = self.script("awfy", "--awfy", self.checkout, "Sieve", "--quick", "--vms", "som", "--vm",
                           fake("som"), "--out", self.scratch)
        self.assert_status(done, 1)
        self.assertIn("missing benchmark: no Sieve.som", done.stdout)

    def test_other_directories_are_refused(self):
        done = self.script("awfy", "--awfy", self.scratch, "--vm", fake("som"))
        self.assert_status(done, 2)
        self.assertIn("is no Are-We-Fast-Yet checkout", done.stderr)


if __name__ == "__main__":
    unittest.main()
