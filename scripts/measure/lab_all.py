"""`scripts/lab all`: every experiment after the other, with an estimate of the time, resumable, and one report of all."""

import json
import sys
import tempfile
import time
from pathlib import Path

from measure import lab_report, machine, paths
from measure.experiments import context

_STATE = "lab-all.json"


def run(experiments, options):
    """Runs all experiments; returns the exit status: 1 when one failed.

    experiments: name -> module. A failing experiment is named, and does not stop the others.
    """
    if options.report or options.pdf:
        lab_report.require(options.pdf)
        if options.format == "pdf":
            raise paths.UserError("a report holds pictures in SVG or PNG, not PDF")
    laboratory = context.Context(options)
    state = _State(Path(options.out) / _STATE, _settings(laboratory, options), options.resume)
    to_do = [name for name in experiments if name not in state.done]
    seconds = {name: state.estimate(name, experiments[name], options) for name in experiments}
    _announce(to_do, state, seconds)
    for name in to_do:
        print(f"== {name}: {experiments[name].TITLE}\n", flush=True)
        started = time.monotonic()
        laboratory = context.Context(options)
        failure = None
        try:
            experiments[name].run(laboratory)
            laboratory.save_measurements(name)
        except context.Failure as problem:
            failure = str(problem)
            print(f"lab {name}: {failure}", file=sys.stderr)
        state.finish(name, time.monotonic() - started, laboratory, failure)
        left = sum(seconds[other] for other in to_do[to_do.index(name) + 1:])
        print(f"\n== {name} took {_duration(time.monotonic() - started)}; about {_duration(left)} left\n", flush=True)
    _report(experiments, options, laboratory, state)
    print(f"{len(experiments) - len(state.failures())} of {len(experiments)} experiments done, written to {options.out}")
    return 1 if state.failures() else 0


def _announce(to_do, state, seconds):
    total = _duration(sum(seconds[name] for name in to_do))
    print(f"{len(to_do)} experiments, about {total} ({', '.join(f'{name} {_duration(seconds[name])}' for name in to_do)})")
    if state.done:
        print(f"done before: {', '.join(state.done)}")
    print(flush=True)


def _duration(seconds):
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"


def _settings(laboratory, options):
    """What must be the same for two runs to belong together."""
    return {"vm": machine.describe_binary(laboratory.vm_path)["sha256"], "smallest": options.smallest,
            "processes": options.processes, "iterations": options.iterations, "format": options.format}


def _report(experiments, options, laboratory, state):
    if not options.report and not options.pdf:
        return
    html = lab_report.document(experiments, state.done, laboratory, Path(options.out))
    with tempfile.TemporaryDirectory(prefix="som-lab-") as scratch:
        page = Path(options.report or Path(scratch, "report.html")).absolute()
        page.parent.mkdir(parents=True, exist_ok=True)
        with paths.writing(page, encoding="utf-8") as stream:
            stream.write(html)
        if options.pdf:
            lab_report.write_pdf(page, Path(options.pdf).absolute())
    print("report: " + ", ".join(str(file) for file in (options.report, options.pdf) if file))


class _State:
    """What has been done, kept in a file of the output directory after each experiment.

    done: experiment -> {"seconds", "tables", "pictures", "failure"}.
    """

    def __init__(self, path, settings, resume):
        self._path = path
        self._settings = settings
        earlier = self._read()
        self._earlier = earlier.get("done", {}) if earlier.get("settings") == settings else {}
        self.done = {}
        if resume:
            if not earlier:
                raise paths.UserError(f"--resume: there is no {path}")
            if earlier.get("settings") != settings:
                raise paths.UserError("--resume: the earlier run was one of another VM or with other options")
            # What failed is tried again.
            self.done = {name: entry for name, entry in self._earlier.items() if entry["failure"] is None}

    def estimate(self, name, module, options):
        """Seconds that an experiment may take: as long as last time with these settings, else its own estimate."""
        if name in self._earlier:
            return self._earlier[name]["seconds"]
        if options.smallest:
            return 3
        return 60 * module.MINUTES * (options.processes / module.PROCESSES if options.processes else 1)

    def finish(self, name, seconds, laboratory, failure):
        """Records an experiment as done or failed."""
        self.done[name] = {"seconds": round(seconds, 1), "tables": laboratory.tables, "pictures": laboratory.pictures,
                           "failure": failure}
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with paths.writing(self._path, encoding="utf-8") as stream:
            json.dump({"settings": self._settings, "done": self.done}, stream, indent=1)

    def failures(self):
        """Experiments that failed."""
        return [name for name, entry in self.done.items() if entry["failure"] is not None]

    def _read(self):
        try:
            return json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
