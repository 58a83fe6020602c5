"""The virtual machines of a run: how each is called, what it can report, what it is.

Which benchmarks they run and with which arguments stands in suites and upstream.
"""

import shlex
import shutil
import sys
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from measure import machine, paths, process

SOM = "som"
# Other languages' VMs: name -> (language, command). Absent ones are left out of a run.
OTHERS = {
    "lua5.4": ("lua", ["lua5.4"]),
    "luajit": ("lua", ["luajit"]),
    "luajit-joff": ("lua", ["luajit", "-joff"]),
    "python3": ("python", [sys.executable]),
    "pypy3": ("python", ["pypy3"]),
    "ruby": ("ruby", ["ruby"]),
    "node": ("javascript", ["node"]),
    "node-jitless": ("javascript", ["node", "--jitless"]),
    # JavaScript, too, but on a VM without Node's modules and process.
    "quickjs": ("quickjs", ["qjs", "--std"]),
}
# The same of those that only the laboratory's comparison of many VMs asks for. Languages whose programs are built first
# (programs.BUILDS) have the compiler as their command.
FURTHER = {
    "pypy3-joff": ("python", ["pypy3", "--jit", "off"]),
    "jython": ("jython", ["jython"]),
    "jruby": ("ruby", ["jruby"]),
    "hotspot": ("java", ["java"]),
    "gcc -O3": ("c", ["gcc"]),
}
_VERSION_FLAGS = {"lua": "-v", "python": "--version", "ruby": "--version", "javascript": "--version",
                  "quickjs": "--help", "jython": "--version", "java": "-version", "c": "--version",
                  SOM: "--version"}


@dataclass
class Vm:
    """A virtual machine as started: `command` is completed by the benchmark's own arguments.

    core_lib: SOM core library on its class path (SOM VMs only).
    """

    name: str
    command: list
    language: str = SOM
    core_lib: Path = field(default_factory=lambda: paths.CORE_LIB)

    def describe(self):
        """Facts about this VM for the results file."""
        facts = {"name": self.name, "language": self.language, "command": self.command,
                 "version": machine.first_line([self.command[0], _VERSION_FLAGS[self.language]])}
        executable = shutil.which(self.command[0])
        if executable and self.language == SOM:
            facts.update(machine.describe_binary(executable))
            facts["switches"] = self.command[1:]
            facts["core_lib"] = str(self.core_lib)
        return facts

    def gc_options(self, path):
        """Options that make this VM write its collector's figures to `path`; none if it cannot."""
        if self.language == SOM and _offers_gc_file(tuple(self.command)):
            return ["--gc-stats=json", f"--gc-stats-file={path}"]
        return []


@lru_cache(maxsize=None)
def _offers_gc_file(command):
    help_text = process.run([*command, "--help"], timeout=20)
    return "--gc-stats-file" in help_text.stdout + help_text.stderr


def parse(option):
    """`NAME=COMMAND` of the command line -> Vm of a SOM machine; raises UserError.

    COMMAND is a program's path, whatever is in it, or words quoted as in a shell.
    """
    name, separator, command = option.partition("=")
    try:
        words = [command] if Path(command).is_file() else shlex.split(command)
    except ValueError as problem:
        raise paths.UserError(f"--vm {name}: {problem}: {command}") from None
    if not separator or not name or not words:
        raise paths.UserError(f"--vm needs NAME=COMMAND, not '{option}'")
    executable = shutil.which(words[0])
    if not executable:
        raise paths.UserError(f"--vm {name}: there is no program '{words[0]}'")
    # The working directory of a run is the benchmark's, so a relative path would stop fitting.
    words[0] = str(Path(executable).absolute())
    return Vm(name, words)


def som_vms(options, core_libs=()):
    """The SOM VMs of a run: ours as `som`, and those of `--vm` options, which may replace it.

    options: list of NAME=COMMAND; core_libs: list of NAME=DIRECTORY.
    """
    given = [parse(option) for option in options or ()]
    names = [vm.name for vm in given]
    if len(set(names)) != len(names):
        raise paths.UserError("two --vm options have the same name")
    result = given if SOM in names else [Vm(SOM, [str(paths.release_vm())])] + given
    by_name = {vm.name: vm for vm in result}
    for option in core_libs or ():
        name, separator, directory = option.partition("=")
        if not separator or name not in by_name:
            raise paths.UserError(f"--core-lib needs NAME=DIRECTORY with a VM's name, not '{option}'")
        if not Path(directory, "Object.som").exists():
            raise paths.UserError(f"--core-lib {name}: no Object.som in '{directory}'")
        by_name[name].core_lib = Path(directory).absolute()
    return result


def installed(languages=("lua", "python", "ruby", "javascript", "quickjs")):
    """Vm of each other-language VM that is installed, in the order of OTHERS."""
    return [vm for vm in _present(OTHERS) if vm.language in languages]


def named(names):
    """Vm of each of OTHERS and FURTHER that is installed and in `names`, in the order of `names`."""
    known = {vm.name: vm for vm in _present({**OTHERS, **FURTHER})}
    return [known[name] for name in names if name in known]


def _present(table):
    return [Vm(name, list(command), language) for name, (language, command) in table.items()
            if shutil.which(command[0])]


def choose(candidates, names):
    """The candidates named in `names` (comma-separated text), all when it is None."""
    if names is None:
        return candidates
    wanted = names.split(",")
    known = {vm.name: vm for vm in candidates}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise paths.UserError(f"no VM named {', '.join(unknown)}; there are {', '.join(known)}")
    return [known[name] for name in wanted]
