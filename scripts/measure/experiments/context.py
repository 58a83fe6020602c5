"""What an experiment gets to work with: the VM and its variants, sizes, runs, and where results go."""

import csv
import os
import sys
from pathlib import Path

from measure import (harness_log, intervals, paths, process, report, results, session, suites,
                     vms)
from measure.experiments import programs


class Failure(Exception):
    """A program of an experiment failed or gave a wrong result; its text names which and how."""


class Context:
    """One experiment's run.

    tables, pictures: names of the files written so far, in their order. vm_path: the VM under test.
    """

    def __init__(self, options):
        self.smallest = options.smallest
        self.quiet = options.quiet
        self.timeout = options.timeout
        self.tables = []
        self.pictures = []
        self._measurements = []
        self._options = options
        self.vm_path = str(Path(options.som).absolute()) if options.som else str(paths.release_vm())
        if not os.access(self.vm_path, os.X_OK):
            raise paths.UserError(f"--som: '{options.som}' is no program")

    def som(self, name, *switches):
        """The VM with these switches, called `name` in tables; its interpreter, unless they say --jit on."""
        tier = () if "--jit" in switches else ("--jit", "off")
        return vms.Vm(name, [self.vm_path, *tier, *switches])

    def supports(self, *switches):
        """True when this build of the VM accepts the switches."""
        hello = process.run([self.vm_path, *switches, "-cp", str(paths.CORE_LIB),
                             str(paths.CORE_LIB / "Hello.som")], 60)
        return hello.status == 0

    def dispatches(self):
        """The dispatch techniques this build has, slowest expected first."""
        return [name for name in ("switch", "goto", "tail") if self.supports("--dispatch", name)]

    def engine(self, name):
        """Path of a reference program of tests/lab; built with the release preset when absent."""
        return str(paths.lab_program(name, self._options.engines))

    def processes(self, usual):
        """Processes for each program: the user's choice, 1 for --smallest, else `usual`."""
        return self._options.processes or (1 if self.smallest else usual)

    def iterations(self, usual):
        """Measurements in each process, chosen likewise."""
        return self._options.iterations or (1 if self.smallest else usual)

    def inner(self, benchmark, size):
        """Inner value of a benchmark for the size the experiment prefers."""
        return benchmark.sizes["small"] if self.smallest else benchmark.sizes.get(
            size, benchmark.sizes["reference"])

    def other_vms(self, *names):
        """Those of the named VMs of other languages that are installed; says which are not."""
        found = [vm for vm in vms.named(names) if not programs.missing(vm.language)]
        missing = [name for name in names if name not in {vm.name for vm in found}]
        if missing:
            print(f"not installed, so left out: {', '.join(missing)}", file=sys.stderr)
        return found

    def jobs(self, machines, benchmark, inner, iterations):
        """One Job for each VM: SOM VMs run the suite's program, others its port in tests/lab/programs."""
        return [session.Job(vm, benchmark, inner, _command(vm, benchmark, inner, iterations))
                for vm in machines]

    def run(self, jobs_by_benchmark, processes, iterations):
        """Run records of an interleaved session; raises Failure when any run failed."""
        runs = session.run(jobs_by_benchmark, processes, iterations, self.timeout, quiet=self.quiet)
        failed = report.failure_lines(runs)
        if failed:
            raise Failure("\n".join(failed))
        self._measurements += runs
        return runs

    def measure(self, machines, benchmarks, size, processes, iterations):
        """Runs SOM benchmarks on SOM VMs at a suite's size; returns run records."""
        jobs = [self.jobs(machines, b, self.inner(b, size), self.iterations(iterations))
                for b in benchmarks]
        return self.run(jobs, self.processes(processes), self.iterations(iterations))

    def checked(self, argv, folder=None):
        """Runs a program that must succeed; returns process.Completed, raises Failure otherwise."""
        done = process.run(argv, self.timeout, cwd=folder)
        if done.timed_out or done.status != 0:
            reason = (f"killed after {done.wall_seconds:.0f} s" if done.timed_out
                      else done.signal_name or f"exit status {done.status}")
            raise Failure(f"{' '.join(map(str, argv))}: {reason}: {harness_log.last_line(done)}")
        return done

    def path(self, name):
        """Where a result file of this name goes; the directory is made."""
        directory = Path(self._options.out)
        directory.mkdir(parents=True, exist_ok=True)
        return directory / name

    def picture(self, name):
        """Like `path` for a picture, with the suffix the user chose."""
        self.pictures.append(f"{name}.{self._options.format}")
        return self.path(self.pictures[-1])

    def save_measurements(self, name):
        """Writes what all sessions so far measured as NAME-measurements.csv; nothing when there was none."""
        if self._measurements:
            results.save_csv(self.path(f"{name}-measurements.csv"), self._measurements)

    def table(self, name, header, rows, left=1):
        """Prints a table and writes it as NAME.csv."""
        print("\n".join(report.table(header, rows, left)))
        self.tables.append(f"{name}.csv")
        with paths.writing(self.path(self.tables[-1]), newline="", encoding="utf-8") as stream:
            csv.writer(stream).writerows([header, *rows])


def micro(*names):
    """Benchmarks of the micro and macro suite by name, in that order."""
    return suites.select(suites.micro(), list(names))


def medians(runs):
    """vm -> (benchmark -> median time in milliseconds)."""
    table = {}
    for (vm, _, benchmark), samples in results.samples(runs).items():
        table.setdefault(vm, {})[benchmark] = intervals.median_of(samples) / 1000
    return table


def _command(vm, benchmark, inner, iterations):
    def build(extra):
        if vm.language == vms.SOM:
            return benchmark.som_command(vm, iterations, inner, extra), None
        return programs.command(vm, benchmark.name, iterations, inner)
    return build
