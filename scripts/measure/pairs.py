"""The paired SOM and Lua programs of tests/pairs: their list, sizes and command lines."""

import ast
import json
import operator
from dataclasses import dataclass

from measure import paths

_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
              ast.Pow: operator.pow}


@dataclass(frozen=True)
class Pair:
    """One program in two languages; `operations` says how often its measured step runs."""

    name: str
    does: str
    quick: int
    full: int
    operations: str

    def command(self, vm, size):
        """Argument vector of this program on `vm` (a SOM or a Lua VM)."""
        if vm.language == "som":
            return [*vm.command, "-cp", f"{paths.PAIRS}:{vm.core_lib}",
                    str(paths.PAIRS / f"{self.name}.som"), str(size)]
        return [*vm.command, str(paths.PAIRS / f"{self.name}.lua"), str(size)]

    def count(self, size):
        """How often the measured step runs for `size`."""
        return _evaluate(ast.parse(self.operations, mode="eval").body, size)


def load():
    """All pairs in the order of tests/pairs/pairs.json."""
    document = json.loads((paths.PAIRS / "pairs.json").read_text())
    return [Pair(**entry) for entry in document["pairs"]]


def _evaluate(node, size):
    """Value of an arithmetic expression of the size `n`; nothing else is understood."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id == "n":
        return size
    if isinstance(node, ast.BinOp):
        return _OPERATORS[type(node.op)](_evaluate(node.left, size), _evaluate(node.right, size))
    raise ValueError(f"not an expression of n: {ast.dump(node)}")
