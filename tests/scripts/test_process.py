"""measure.process: statuses, signals, time limits, memory and processor time of a child."""

import sys
import time
import unittest

import support  # noqa: F401  (puts scripts/ on the path)
from measure import process


class ProcessTest(unittest.TestCase):
    def test_output_and_status(self):
        done = process.run(["sh", "-c", "echo out; echo err >&2; exit 3"], 10)
        self.assertEqual((done.stdout, done.stderr, done.status), ("out\n", "err\n", 3))

    def test_signal(self):
        done = process.run(["sh", "-c", "kill -ABRT $$"], 10)
        self.assertEqual((done.status, done.signal_name), (None, "SIGABRT"))

    def test_time_limit_ends_the_child_and_its_children(self):
        started = time.monotonic()
        done = process.run(["sh", "-c", "sleep 60 & sleep 60"], 0.5)
        self.assertTrue(done.timed_out)
        self.assertLess(time.monotonic() - started, 10)

    def test_program_that_does_not_exist(self):
        self.assertEqual(process.run(["/nonexistent/program"], 10).status, 127)

    def test_small_child_is_not_charged_for_this_process(self):
        ballast = bytearray(b"x") * 150_000_000
        done = process.run(["true"], 10)
        self.assertLess(done.peak_kb, 20_000)
        del ballast

    def test_processor_time(self):
        done = process.run([sys.executable, "-c", "sum(range(10**7))"], 60)
        self.assertGreater(done.cpu_seconds, 0.02)
        self.assertLess(done.cpu_seconds, done.wall_seconds + 0.5)


if __name__ == "__main__":
    unittest.main()
