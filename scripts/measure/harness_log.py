"""Reads what a benchmark harness printed and says how the run ended. Starts nothing.

The line understood is the one ReBench reads, `NAME: iterations=N runtime: TIMEus`, so the harnesses of
the Are-We-Fast-Yet ports in every language are read alike.
"""

import re

OK = "ok"
WRONG = "wrong result"
CRASH = "crash"
TIMEOUT = "timeout"
MISSING = "missing benchmark"
ERROR = "error"
INCOMPLETE = "incomplete output"

_RUNTIME = re.compile(
    r"^(?:.*: )?(?P<name>[^\s:]+)(?: \w+)?: iterations=\d+ runtime: (?P<time>\d+(?:\.\d+)?)(?P<unit>[um]s)")
_WRONG = re.compile(r"incorrect result|failed.*verification|verification.*failed", re.IGNORECASE)
_MISSING = re.compile(
    r"Tried loading '(?P<som>[^']*)' as a class, but failed"
    r"|can(?:'t|not) (?:load|find) (?:the )?(?:benchmark |class )"
    r"|(?:benchmark|class) \S+ (?:(?:could not|cannot) be|was not|not) (?:found|loaded)"
    r"|no (?:such )?benchmark|module '[^']*' not found|No module named|cannot load such file"
    r"|Cannot find module", re.IGNORECASE)
# Crash of a runtime that catches its own fatal signals and exits with 128 + signal.
_SHELL_SIGNALS = {128 + number for number in (4, 6, 7, 8, 11)}


def runtimes_us(text):
    """All measurements in `text` in their order, in microseconds."""
    times = []
    for line in text.splitlines():
        match = _RUNTIME.match(line)
        if match:
            scale = 1000.0 if match["unit"] == "ms" else 1.0
            times.append(float(match["time"]) * scale)
    return times


def outcome(completed, iterations):
    """How a harness run ended.

    completed: process.Completed; iterations: measurements asked for.
    Returns (kind, sentence): kind is one of the constants above, the sentence names the evidence.
    """
    if completed.timed_out:
        return TIMEOUT, f"killed after {completed.wall_seconds:.0f} s"
    if completed.signal is not None:
        return CRASH, f"ended by {completed.signal_name}"
    if completed.status in _SHELL_SIGNALS:
        return CRASH, f"exit status {completed.status}: {last_line(completed)}"
    output = completed.stdout + "\n" + completed.stderr
    if _WRONG.search(output):
        return WRONG, _matching_line(_WRONG, output)
    if completed.status != 0:
        if _MISSING.search(output):
            return MISSING, _matching_line(_MISSING, output)
        return ERROR, f"exit status {completed.status}: {last_line(completed)}"
    seen = len(runtimes_us(completed.stdout))
    if seen != iterations:
        return INCOMPLETE, f"{seen} measurements where {iterations} were asked for"
    return OK, ""


def last_line(completed):
    """The last line that is not blank of the error output, else of the output."""
    for text in (completed.stderr, completed.stdout):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if lines:
            return lines[-1]
    return "no output"


def _matching_line(pattern, output):
    for line in output.splitlines():
        if pattern.search(line):
            return line.strip()
    return ""
