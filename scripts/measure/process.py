"""Runs one child process to its end and reports what it cost. Interprets none of its output.

Peak memory needs care. Linux carries the high-water mark of the launching process over an exec, so a
child started straight from Python would never report less than Python's own size. The child is
therefore started by a short-lived `sh` of about a megabyte that leaves it behind; this process has
declared itself the "subreaper", inherits the child and collects its exact resource usage. The child
waits for a line on its input before it becomes the program, so the `sh` cannot collect it first, and
the clock starts with the program.
"""

import ctypes
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

_WAIT_AND_EXEC = 'read _ <&3; exec 3<&-; exec "$@" </dev/null >"$out" 2>"$err"'
_LAUNCH = 'out=$1; err=$2; shift 2; exec 3<&0; { ' + _WAIT_AND_EXEC + '; } & echo $!'
_LAUNCH_IN_PLACE = 'out=$1; err=$2; shift 2; exec 3<&0; echo $$; ' + _WAIT_AND_EXEC
_PR_SET_CHILD_SUBREAPER = 36
_subreaper = None


@dataclass
class Completed:
    """What is known of a finished child. Exactly one of `status` and `signal` is set."""

    argv: list
    status: int = None
    signal: int = None
    timed_out: bool = False
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_kb: int = 0
    stdout: str = ""
    stderr: str = ""

    @property
    def signal_name(self):
        """Name such as SIGSEGV, or None when the child was not ended by a signal."""
        if self.signal is None:
            return None
        try:
            return signal.Signals(self.signal).name
        except ValueError:
            return f"signal {self.signal}"


def run(argv, timeout, cwd=None, env=None):
    """Runs `argv` with an empty standard input and waits for it.

    timeout: seconds of wall-clock time after which the child and all it started are killed.
    Returns a Completed; a program that cannot be executed shows as exit status 126 or 127.
    """
    argv = [str(word) for word in argv]
    with tempfile.TemporaryDirectory(prefix="som-measure-") as scratch:
        out, err = os.path.join(scratch, "out"), os.path.join(scratch, "err")
        subreaper = _become_subreaper()
        script = _LAUNCH if subreaper else _LAUNCH_IN_PLACE
        launcher = subprocess.Popen(["sh", "-c", script, "sh", out, err, *argv], cwd=cwd, env=env,
                                    stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                    start_new_session=True)
        try:
            pid = int(launcher.stdout.readline())
            launcher.stdout.close()
            if subreaper:
                launcher.wait()
            started = time.monotonic()
            with launcher.stdin:
                launcher.stdin.write(b"\n")
            timed_out = not _ends_within(pid, started + timeout)
            if timed_out:
                _kill_group(launcher.pid)
        except BaseException:
            _kill_group(launcher.pid)
            raise
        _, wait_status, usage = os.wait4(pid, 0)
        ended = time.monotonic()
        completed = Completed(argv, timed_out=timed_out)
        completed.wall_seconds = ended - started
        if os.WIFSIGNALED(wait_status):
            completed.signal = os.WTERMSIG(wait_status)
        else:
            completed.status = os.WEXITSTATUS(wait_status)
        completed.cpu_seconds = usage.ru_utime + usage.ru_stime
        completed.peak_kb = usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
        completed.stdout = _read(out)
        completed.stderr = _read(err)
        return completed


def _become_subreaper():
    """True where orphaned grandchildren come to this process; elsewhere memory is less exact."""
    global _subreaper
    if _subreaper is None:
        _subreaper = False
        if sys.platform.startswith("linux"):
            libc = ctypes.CDLL(None, use_errno=True)
            _subreaper = libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
    return _subreaper


def _ends_within(pid, deadline):
    """True when process `pid` has ended (and waits to be collected) before `deadline`."""
    if hasattr(os, "pidfd_open"):
        handle = os.pidfd_open(pid)
        try:
            ready, _, _ = select.select([handle], [], [], max(0.0, deadline - time.monotonic()))
            return bool(ready)
        finally:
            os.close(handle)
    while time.monotonic() < deadline:
        if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            return True
        time.sleep(0.002)
    return False


def _kill_group(group):
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _read(path):
    try:
        with open(path, "rb") as stream:
            return stream.read().decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
