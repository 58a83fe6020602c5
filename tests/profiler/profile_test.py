#!/usr/bin/env python3
"""--profile and --profile-allocations: what they find, in which engines, at which ends, and the forms of their files."""

import argparse
import html
import json
import pathlib
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest

OPTIONS = argparse.Namespace()
FIXTURES = pathlib.Path(__file__).resolve().parent / "fixtures"
ENGINES = [
    [],
    ["--jit-threshold", "0"],
    ["--jit-threshold", "0", "--jit-stress-exits", "3"],
    ["--jit", "off"],
    ["--jit", "off", "--dispatch", "switch"],
    ["--jit", "off", "--dispatch", "goto", "--loops", "library"],
    ["--jit", "off", "--loops", "primitive", "--quicken", "off"],
]
ROW = re.compile(r"^ *([\d.]+(?: [KMG]?B)?) +([\d.]+)% +(\d+)(?: +[\d.]+(?: [KMG]?B)? +([\d.]+)%)?  (.*)$")


def run(*arguments, **options):
    return subprocess.run([OPTIONS.vm, "-cp", f"{OPTIONS.core_lib}:{FIXTURES}", *arguments], text=True, capture_output=True, timeout=120, check=False,
                          **options)


def tables_of(text):
    """By head (`method`, `line`, `class`): the rows, what they are about to (self %, samples, total %)."""
    tables = {}
    rows = None
    for line in text.splitlines():
        if line.rstrip().endswith(("  method", "  line", "  class")) and "self" in line:
            rows = tables[line.split()[-1]] = {}
        elif rows is not None and (match := ROW.match(line)):
            rows[match[5]] = (float(match[2]), int(match[3]), float(match[4] or 0))
    return tables


class Profiles(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def methods(self, done, status=0):
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn("Time profile: ", done.stderr)
        return tables_of(done.stderr)["method"]

    # --- where the time goes ---

    def test_finds_where_the_time_goes_in_every_engine(self):
        for engine in ENGINES:
            with self.subTest(engine=engine):
                is_quick = engine in ([], ["--jit-threshold", "0"])
                # Leaving compiled code for loops time and again nests activations of the VM.
                rounds = "2000" if is_quick else "15" if "--jit-stress-exits" in engine else "250"
                methods = self.methods(run("--profile", *engine, "Busy", rounds, "end"))
                self.assertGreater(methods["Busy>>run:"][2], 80)
                # heavy: has three parts of four; recursion, at the end, has few.
                light = methods["Busy>>light:"][2]
                self.assertGreater(light, 10)
                if "--jit-stress-exits" in engine:  # most of the time is for leaving
                    continue
                self.assertGreater(methods["Busy>>heavy:"][2], light * 0.5)
                self.assertLess(methods["Busy>>heavy:"][2], light * 0.95)

    def test_sees_methods_that_were_inlined(self):
        done = run("--profile", "Busy", "2000", "end")
        methods = self.methods(done)
        self.assertGreater(methods["Busy>>small:"][0], 0.2 * methods["Busy>>inlined:"][2])
        lines = tables_of(done.stderr)["line"]
        self.assertTrue(any("sum + (i % 7)" in line and shares[0] > 30 for line, shares in lines.items()), lines)

    def test_recursion_counts_once_in_totals(self):
        body = ("| down | down := [:n | n = 0 ifTrue: [ 1 to: 2000 do: [:i | i % 7 ] ] ifFalse: [ down value: n - 1 ] ]. "
                "1 to: 40000 do: [:i | down value: 30 ]")
        methods = self.methods(run("--profile", "-e", body))
        recursive = [shares for title, shares in methods.items() if title.startswith("block in ")]
        self.assertTrue(recursive, methods)
        self.assertTrue(all(shares[2] <= 100.0 for shares in methods.values()), methods)
        self.assertGreater(max(shares[2] for shares in recursive), 60)

    def test_time_in_primitives_belongs_to_the_sender(self):
        lines = tables_of(run("--profile", "-e", "1 to: 40 do: [:i | 3000 factorial asString ]").stderr)["line"]
        self.assertGreater(max(shares[2] for line, shares in lines.items() if "factorial asString" in line), 90)

    def test_waiting_weighs_nothing(self):
        with subprocess.Popen([OPTIONS.vm, "--profile", "-cp", f"{OPTIONS.core_lib}:{FIXTURES}", "Busy", "10", "waits"], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            self.assertEqual(process.stdout.readline(), "ready\n")
            try:
                process.wait(1.0)
                self.fail("did not wait")
            except subprocess.TimeoutExpired:
                pass
            output, errors = process.communicate("x\n", timeout=60)
        self.assertEqual((process.returncode, output), (0, "read\n"))
        self.assertLess(int(re.search(r"(\d+) ms of processor time", errors)[1]), 600)

    # --- every end ---

    def test_reports_at_every_end(self):
        for how, status in (("end", 0), ("error", 1), ("exit", 7)):
            with self.subTest(how):
                self.assertIn("Busy>>light:", self.methods(run("--profile", "Busy", "400", how), status))

    def test_reports_at_the_end_of_the_time(self):
        done = run("--profile", "--timeout", "0.5", "Busy", "10", "never")
        self.assertIn("Time limit reached.\n", done.stderr)
        self.assertIn("Busy>>light:", self.methods(done, 124))

    def interrupted(self, how):
        with subprocess.Popen([OPTIONS.vm, "--profile", "-cp", f"{OPTIONS.core_lib}:{FIXTURES}", "Busy", "400", how], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            if how == "waits":
                self.assertEqual(process.stdout.readline(), "ready\n")
            else:  # its output is in a buffer
                time.sleep(1)
            process.send_signal(signal.SIGINT)
            try:
                _, errors = process.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        self.assertEqual(process.returncode, 130, errors)
        return errors

    def test_reports_at_ctrl_c(self):
        self.assertIn("Busy>>light:", tables_of(self.interrupted("never"))["method"])

    def test_reports_at_ctrl_c_while_waiting(self):
        self.assertIn("Busy>>light:", tables_of(self.interrupted("waits"))["method"])

    def test_programs_behave_as_without_it(self):
        suite = ["-cp", f"{OPTIONS.core_lib}:tests/som", "tests/som/TestHarness.som"]
        for engine in ENGINES:
            for flag in ("--profile", "--profile-allocations"):
                with self.subTest(engine=engine, flag=flag):
                    done = subprocess.run([OPTIONS.vm, flag, *engine, *suite], text=True, capture_output=True, timeout=120, check=False)
                    self.assertIn(" passed, 0 failed", done.stdout)
                    self.assertEqual(done.returncode, 0, done.stderr)

    # --- what is allocated ---

    def test_finds_what_is_allocated(self):
        for engine in ENGINES:
            with self.subTest(engine=engine):
                done = run("--profile-allocations", *engine, "Makes")
                self.assertEqual((done.returncode, done.stdout), (0, "made\n"))
                tables = tables_of(done.stderr)
                self.assertAlmostEqual(tables["class"]["Pair"][1], 200000, delta=12000)
                self.assertAlmostEqual(tables["class"]["Array"][1], 20001, delta=1500)
                # 816 bytes each, and eight megabytes.
                # Where loops call blocks, the blocks allocate.
                arrays = [row for title, row in tables["method"].items() if title.endswith("Makes>>arrays:")]
                self.assertAlmostEqual(sum(row[1] for row in arrays), 20000, delta=1500)
                self.assertAlmostEqual(tables["method"]["Makes>>large"][1], 1, delta=0.01)
                lines = tables["line"]
                self.assertTrue(any(line.endswith("large = ( ^ Array new: 1000000 )") for line in lines), lines)

    def test_tells_objects_apart_that_are_made_together(self):
        for engine in ENGINES:
            with self.subTest(engine=engine):
                classes = tables_of(run("--profile-allocations", *engine, "MakesTogether").stderr)["class"]
                self.assertAlmostEqual(classes["Pair"][1], 100000, delta=12000)
                self.assertAlmostEqual(classes["Array"][1], 100000, delta=12000)

    def test_under_stress_every_object_is_counted(self):
        done = run("--profile-allocations", "--jit", "off", "--gc-stress=1000", "-e", "1 to: 5000 do: [:i | Object new ]")
        self.assertAlmostEqual(tables_of(done.stderr)["class"]["Object"][1], 5000, delta=1)

    # --- files ---

    def file(self, name, *arguments):
        path = self.directory / name
        done = run(f"--profile={path}", *arguments)
        self.assertIn("Time profile: ", done.stderr)
        return path.read_text(encoding="utf-8")

    def test_folded_stacks(self):
        for name in ("busy.folded", "busy.txt"):
            lines = self.file(name, "Busy", "600", "end").splitlines()
            self.assertTrue(lines)
            for line in lines:
                self.assertRegex(line, r"^[^;]+(;[^;]+)* \d+$")
            self.assertTrue(any(line.startswith("System>>initialize:;Busy>>run:;Busy>>heavy:;Busy>>light: ") for line in lines))

    def check_speedscope(self, text, unit):
        """The rules of the format: https://www.speedscope.app/file-format-schema.json."""
        data = json.loads(text)
        self.assertEqual(data["$schema"], "https://www.speedscope.app/file-format-schema.json")
        self.assertLessEqual(data.keys(), {"$schema", "exporter", "name", "activeProfileIndex", "shared", "profiles"})
        self.assertEqual(data["shared"].keys(), {"frames"})
        frames = data["shared"]["frames"]
        for frame in frames:
            self.assertLessEqual({"name"}, frame.keys())
            self.assertLessEqual(frame.keys(), {"name", "file", "line", "col"})
            self.assertIsInstance(frame["name"], str)
            self.assertIsInstance(frame.get("line", 0), int)
        self.assertIn(data["activeProfileIndex"], range(len(data["profiles"])))
        for profile in data["profiles"]:
            self.assertEqual(profile.keys(), {"type", "name", "unit", "startValue", "endValue", "samples", "weights"})
            self.assertEqual((profile["type"], profile["unit"]), ("sampled", unit))
            self.assertEqual(len(profile["samples"]), len(profile["weights"]))
            self.assertTrue(profile["samples"])
            for stack in profile["samples"]:
                self.assertTrue(stack)
                for index in stack:
                    self.assertIn(index, range(len(frames)))
            for weight in profile["weights"]:
                self.assertGreaterEqual(weight, 0)
            self.assertAlmostEqual(profile["endValue"] - profile["startValue"], sum(profile["weights"]), places=3)
        return frames

    def test_speedscope(self):
        frames = self.check_speedscope(self.file("busy.speedscope.json", "Busy", "600", "end"), "microseconds")
        light = next(frame for frame in frames if frame["name"] == "Busy>>light:")
        self.assertTrue(light["file"].endswith("Busy.som"))
        self.assertEqual(light["line"], 6)

    def test_speedscope_of_allocations(self):
        path = self.directory / "makes.speedscope.json"
        run(f"--profile-allocations={path}", "Makes")
        frames = self.check_speedscope(path.read_text(encoding="utf-8"), "bytes")
        self.assertIn({"name": "Pair"}, frames)

    def test_page(self):
        text = self.file("busy.html", "Busy", "600", "end")
        self.assertNotRegex(text, r"(?:src|href)=|url\(|@import|https?://")
        data = json.loads(html.unescape(re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1]))
        self.assertEqual(data["kind"], "time")
        self.assertIn("Busy>>light:", [frame[0] for frame in data["frames"]])
        for i, (parent, frame, weight, samples) in enumerate(data["nodes"]):
            self.assertIn(parent, range(-1, i))
            self.assertIn(frame, range(len(data["frames"])))
            self.assertGreaterEqual(min(weight, samples), 0)

    def test_texts_that_would_end_the_script(self):
        source = self.directory / "Odd.som"
        source.write_text("Odd = ( < x = ( | n | n := 0. 1 to: 100000000 do: [:i | n := n + (i % 3) ]. ^ n ) run = ( self < 1 ) )\n", encoding="utf-8")
        path = self.directory / "odd.html"
        subprocess.run([OPTIONS.vm, f"--profile={path}", "-cp", OPTIONS.core_lib, str(source)], check=True, capture_output=True, timeout=60)
        text = path.read_text(encoding="utf-8")
        self.assertEqual(text.count("</script"), 2)
        self.assertIn("Odd>>\\u003c", text)

    def test_both_at_once(self):
        done = run(f"--profile={self.directory / 'a.folded'}", f"--profile-allocations={self.directory / 'b.folded'}", "Makes")
        self.assertIn("Time profile: ", done.stderr)
        self.assertIn("Allocation profile: ", done.stderr)
        self.assertIn(";Pair ", (self.directory / "b.folded").read_text(encoding="utf-8"))

    def test_deep_recursion(self):
        body = "| down | down := [:n | n = 0 ifTrue: [ 1 to: 30000000 do: [:i | i ] ] ifFalse: [ down value: n - 1 ] ]. down value: 20000"
        done = run("--profile", "-e", body)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("block in ", done.stderr)

    # --- mistakes ---

    def test_a_file_that_cannot_be_written(self):
        path = self.directory / "missing" / "x.html"
        done = run(f"--profile={path}", "-e", "3 println")
        self.assertEqual((done.returncode, done.stdout), (1, "3\n"))
        self.assertIn(f"som: cannot write '{path}': No such file or directory\n", done.stderr)

    def test_a_suffix_that_is_unknown(self):
        done = run("--profile=x.svg", "-e", "3 println")
        self.assertEqual((done.returncode, done.stdout), (1, ""))
        self.assertEqual(done.stderr, "som: the file of a profile ends in one of .folded, .txt, .speedscope.json, .html, not 'x.svg'\n"
                                      "Try som --help.\n")

    def test_a_system_without_timers(self):
        def refuse_timers():
            resource.setrlimit(resource.RLIMIT_SIGPENDING, (0, 0))

        done = run("--profile", "--profile-allocations", "-e", "3 println", preexec_fn=refuse_timers)
        self.assertEqual((done.returncode, done.stdout), (1, "3\n"))
        self.assertIn("som: the system gives no timer for the profile: Resource temporarily unavailable\n", done.stderr)
        self.assertNotIn("Time profile: ", done.stderr)
        self.assertIn("Allocation profile: ", done.stderr)

    def test_a_program_too_short_for_samples(self):
        done = run("--profile", "-e", "3 println")
        self.assertEqual((done.returncode, done.stdout), (0, "3\n"))
        self.assertRegex(done.stderr, r"^Time profile: \d+ samples, ")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    parser.add_argument("--core-lib", required=True)
    OPTIONS = parser.parse_args()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main(argv=[sys.argv[0]])
