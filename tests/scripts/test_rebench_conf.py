"""rebench.conf lists the benchmarks the suites have, with their published sizes and class paths."""

import re
import unittest

import support
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
