"""rebench.conf is a configuration that ReBench takes, and lists the benchmarks the suites have, with their published sizes and class
paths."""

import copy
import json
import re
import unittest
from pathlib import Path

import jsonschema
import support
import yaml
from measure import harness_log, suites

CONF = (support.ROOT / "rebench.conf").read_text()
SUITE = re.compile(r"^  (\w+):\n    gauge_adapter: RebenchLog\n(.*?)(?=^  \w|^\w)", re.DOTALL | re.MULTILINE)


class RebenchConfTest(unittest.TestCase):
    def suites(self):
        return {name: body for name, body in SUITE.findall(CONF)}

    def test_every_benchmark_is_listed_with_its_published_size(self):
        listed = {}
        for name, body in self.suites().items():
            for benchmark, inner in re.findall(r"- (\w+): \{extra_args: (\d+)\}", body):
                listed[name, benchmark] = int(inner)
        benchmarks = {(b.group, b.name): b.sizes for b in suites.load("both")}
        self.assertEqual(set(listed), set(benchmarks))
        for key, sizes in benchmarks.items():
            if "published" in sizes:
                self.assertEqual(listed[key], sizes["published"], key)

    def test_class_paths_hold_every_benchmark(self):
        for name, body in self.suites().items():
            path = re.search(r'command: "-cp (\S+) (\S+) %\(benchmark\)s %\(iterations\)s "', body)
            folders = path[1].split(":")
            self.assertEqual(folders[-1], "core-lib")
            self.assertTrue((support.ROOT / path[2]).exists())
            for benchmark in re.findall(r"- (\w+): \{", body):
                self.assertTrue(any((support.ROOT / f / f"{benchmark}.som").exists()
                                    for f in folders), f"{name}/{benchmark}")

    def test_experiments_name_every_suite(self):
        for name in self.suites():
            self.assertRegex(CONF, rf"suites: \[.*\b{name}\b.*\]")


def mistakes(document):
    """What ReBench would refuse in a configuration, one sentence each."""
    schema = json.loads(Path(__file__).with_name("rebench_schema.json").read_text(encoding="utf-8"))
    found = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}"
             for error in jsonschema.Draft7Validator(schema).iter_errors(document)]
    if found:
        return found
    names, experiments = document["benchmark_suites"], document["experiments"]
    default = document.get("default_experiment", "all")
    if default != "all" and default not in experiments:
        found.append(f"default_experiment: no experiment {default}")
    for name, experiment in experiments.items():
        asked = list(experiment.get("suites", []))
        for execution in experiment["executions"]:
            executor, details = (execution, {}) if isinstance(execution, str) else next(iter(execution.items()))
            asked += details.get("suites", [])
            if executor not in document["executors"]:
                found.append(f"experiments/{name}: no executor {executor}")
        if not asked:
            found.append(f"experiments/{name}: no suites")
        found += [f"experiments/{name}: no suite {suite}" for suite in asked if suite not in names]
    return found


class FormatTest(unittest.TestCase):
    """The rules of ReBench's documentation, in rebench_schema.json."""

    def setUp(self):
        self.document = yaml.safe_load(CONF)

    def test_configuration_is_one_of_rebench(self):
        self.assertEqual(mistakes(self.document), [])

    def test_mistakes_are_found(self):
        def change(*path, value):
            document = copy.deepcopy(self.document)
            place = document
            for key in path[:-1]:
                place = place[key]
            if value is None:
                del place[path[-1]]
            else:
                place[path[-1]] = value
            return " ".join(mistakes(document))
        for path, value, message in (
                (("benchmark_suites", "awfy", "command"), None, "'command' is a required property"),
                (("benchmark_suites", "awfy", "gauge_adapter"), "Rebench", "benchmark_suites/awfy/gauge_adapter"),
                (("benchmark_suites", "awfy", "command"), "%(bench)s", "benchmark_suites/awfy/command"),
                (("benchmark_suites", "awfy", "iteration"), 5, "'iteration' was unexpected"),
                (("benchmark_suites", "awfy", "invocations"), "three", "benchmark_suites/awfy/invocations"),
                (("benchmark_suites", "awfy", "benchmarks"), [{"CD": {"extra": 1}}], "benchmark_suites/awfy/benchmarks/0"),
                (("executors", "som", "executable"), None, "'executable' is a required property"),
                (("experiments", "awfy", "executions"), ["sum"], "experiments/awfy: no executor sum"),
                (("experiments", "awfy", "suites"), ["awfi"], "experiments/awfy: no suite awfi"),
                (("experiments", "awfy", "suites"), None, "experiments/awfy: no suites"),
                (("default_experiment",), "some", "no experiment some"),
                (("run",), {}, "'run' does not match")):
            with self.subTest(path=path, value=value):
                self.assertIn(message, change(*path, value=value))


class LogFormatTest(unittest.TestCase):
    """The measurement lines both harnesses print are those ReBench and this runner read."""

    def test_measurements_are_read_and_averages_are_not(self):
        text = ("Starting Queens benchmark ... \n"
                "Queens: GC count:     3n\n"
                "Queens: iterations=1 runtime: 1234us\n"
                "Queens: iterations=1 runtime: 2ms\n"
                "Queens: iterations=2 average: 1617us total: 3234us\n\n\nTotal Runtime: 3234us\n")
        self.assertEqual(harness_log.runtimes_us(text), [1234, 2000])


if __name__ == "__main__":
    unittest.main()
