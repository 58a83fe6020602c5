"""Facts that must stand beside a figure: machine, operating system, revision, compiler, flags."""

import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
from datetime import datetime, timezone
from pathlib import Path

from measure import paths


def describe_machine():
    """Dictionary of the machine's processor, memory, system and present load."""
    facts = {
        "time": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.release()}",
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "load_average": round(os.getloadavg()[0], 2),
    }
    processor = _first_match("/proc/cpuinfo", r"^model name\s*:\s*(.*)$")
    if processor:
        facts["processor"] = processor
    memory = _first_match("/proc/meminfo", r"^MemTotal:\s*(\d+) kB$")
    if memory:
        facts["memory_mb"] = int(memory) // 1024
    governor = "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"
    if os.path.exists(governor):
        facts["governor"] = Path(governor).read_text().strip()
    return facts


def describe_revision():
    """Git revision of the source tree, with `-dirty` when files differ; None outside git."""
    return first_line(["git", "-C", str(paths.ROOT), "describe", "--always", "--dirty", "--abbrev=12"])


def describe_binary(path):
    """Digest of an executable and, if it lies in a CMake build directory, compiler and flags."""
    path = Path(path).resolve()
    facts = {"path": str(path)}
    try:
        facts["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()[:16]
    except OSError:
        return facts
    cache = path.parent / "CMakeCache.txt"
    if cache.exists():
        facts["build"] = _build_facts(cache)
    return facts


def _build_facts(cache):
    """Build type, compiler and the interpreter loop's options of a CMake build directory."""
    entries = dict(re.findall(r"^([A-Za-z_][\w-]*):[A-Z]+=(.*)$", cache.read_text(), re.MULTILINE))
    facts = {"type": entries.get("CMAKE_BUILD_TYPE", "")}
    words = _interpreter_compilation(cache.parent / "compile_commands.json")
    if words:
        if "ccache" in words[0]:
            words = words[1:]
        facts["compiler"] = words[0]
        facts["compiler_version"] = first_line([words[0], "--version"])
        facts["flags"] = " ".join(word for word in words[1:]
                                  if re.match(r"-(?:O|f|m|std|g|tail)", word))
    return facts


def _interpreter_compilation(database):
    """Command that compiled the interpreter loop, as words; empty if unknown."""
    try:
        commands = json.loads(database.read_text())
    except (OSError, ValueError):
        return []
    for entry in commands:
        if re.search(r"/vm/interpreter/dispatch_\w+\.cc$", entry["file"]):
            return shlex.split(entry["command"])
    return []


def first_line(command):
    """First line a short command prints (stdout, else stderr); None when it fails to run."""
    if not shutil.which(command[0]):
        return None
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20,
                              stdin=subprocess.DEVNULL, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    if done.returncode != 0:
        return None
    lines = (done.stdout or done.stderr).strip().splitlines()
    return lines[0] if lines else None


def _first_match(path, pattern):
    try:
        match = re.search(pattern, Path(path).read_text(), re.MULTILINE)
    except OSError:
        return None
    return match.group(1) if match else None
