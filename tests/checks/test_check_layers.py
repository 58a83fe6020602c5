"""scripts/check-layers finds what it forbids and lets pass what it allows."""

import pathlib
import tempfile
import unittest

from loading import load_script

check_layers = load_script("scripts/check-layers")


def offence(name, included):
    parts = name.split("/")
    return check_layers.offence_of(parts[0], name, parts[-1].split(".")[0], included)


class LayerRules(unittest.TestCase):
    def test_allowed_includes(self):
        for name, included in [
            ("compiler/parser.cc", "compiler/lexer.h"),
            ("vm/interpreter/slow_paths.cc", "compiler/bytecode.h"),
            ("vm/loading/class_loader.cc", "compiler/compile.h"),
            ("vm/cli/main.cc", "primitives/register.h"),
            ("vm/memory/heap.cc", "vm/objects/object.h"),
            ("vm/memory/heap.cc", "vm/memory/nursery.h"),
            ("vm/interpreter/unwind.cc", "vm/vm.h"),
            ("vm/jit/passes/ranges.cc", "vm/objects/value.h"),
            ("vm/vm.h", "vm/code/method.h"),
            ("vm/vm.cc", "vm/jit/jit.h"),
            ("primitives/integer.cc", "vm/objects/value.h"),
            ("primitives/integer.cc", "primitives/primitive.h"),
            ("primitives/register.cc", "primitives/register.h"),
            ("tests/parser_test.cc", "primitives/register.h"),
        ]:
            with self.subTest(name=name, included=included):
                self.assertIsNone(offence(name, included))

    def test_forbidden_includes(self):
        for name, included in [
            ("compiler/parser.cc", "vm/objects/value.h"),
            ("compiler/parser.cc", "primitives/primitive.h"),
            ("vm/memory/heap.cc", "primitives/primitive.h"),
            ("vm/loading/universe.cc", "primitives/register.h"),
            ("vm/cli/main.cc", "primitives/primitive.h"),
            ("vm/memory/heap.cc", "compiler/description.h"),
            ("vm/memory/heap.cc", "vm/code/method.h"),
            ("vm/memory/heap.cc", "vm/vm.h"),
            ("vm/code/class_table.cc", "vm/vm.h"),
            ("vm/interpreter/unwind.cc", "vm/jit/jit.h"),
            ("vm/interpreter/unwind.cc", "vm/loading/class_loader.h"),
            ("vm/vm.h", "vm/interpreter/slow_paths.h"),
            ("vm/stray.cc", "vm/objects/value.h"),
            ("vm/nowhere/stray.cc", "vm/objects/value.h"),
            ("primitives/integer.cc", "primitives/double.h"),
            ("primitives/integer.cc", "primitives/register.h"),
            ("vm/memory/heap.cc", "tests/unit/helpers.h"),
            ("vm/memory/heap.cc", "value.h"),
        ]:
            with self.subTest(name=name, included=included):
                self.assertIsNotNone(offence(name, included))

    def types_of(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "some.h"
            path.write_text(text, encoding="utf-8")
            return [name for name, _ in check_layers.types_of(path)]

    def test_types_by_their_namespace(self):
        self.assertEqual(self.types_of("namespace som {\nclass Seen;\nstruct Pair {\n};\n\nnamespace lsp {\nclass Server final : public Base {\n};\n"
                                       "}  // namespace lsp\nenum class Kind : uint8_t { kOne };\nstruct Pair two;\n}  // namespace som\n"),
                         ["som::Pair", "som::lsp::Server", "som::Kind"])

    def test_types_without_a_name_for_others(self):
        self.assertEqual(self.types_of("namespace som {\n\nnamespace {\nstruct Pair {\n};\n}  // namespace\n\nstruct Other {\n};\n}  // namespace som\n"),
                         ["som::Other"])


if __name__ == "__main__":
    unittest.main()
