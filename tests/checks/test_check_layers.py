"""scripts/check-layers finds what it forbids and lets pass what it allows."""

import unittest

from loading import load_script

check_layers = load_script("scripts/check-layers")


def offence(name, included):
    layer, file = name.split("/")
    return check_layers.offence_of(layer, name, file.split(".")[0], included)


class LayerRules(unittest.TestCase):
    def test_allowed_includes(self):
        for name, included in [
            ("compiler/parser.cc", "compiler/lexer.h"),
            ("vm/slow_paths.cc", "compiler/bytecode.h"),
            ("vm/class_loader.cc", "compiler/compile.h"),
            ("vm/main.cc", "primitives/register.h"),
            ("primitives/integer.cc", "vm/value.h"),
            ("primitives/integer.cc", "primitives/primitive.h"),
            ("primitives/register.cc", "primitives/register.h"),
            ("tests/parser_test.cc", "primitives/register.h"),
        ]:
            with self.subTest(name=name, included=included):
                self.assertIsNone(offence(name, included))

    def test_forbidden_includes(self):
        for name, included in [
            ("compiler/parser.cc", "vm/value.h"),
            ("compiler/parser.cc", "primitives/primitive.h"),
            ("vm/heap.cc", "primitives/primitive.h"),
            ("vm/universe.cc", "primitives/register.h"),
            ("vm/main.cc", "primitives/primitive.h"),
            ("vm/heap.cc", "compiler/description.h"),
            ("primitives/integer.cc", "primitives/double.h"),
            ("primitives/integer.cc", "primitives/register.h"),
            ("vm/heap.cc", "tests/unit/helpers.h"),
            ("vm/heap.cc", "value.h"),
        ]:
            with self.subTest(name=name, included=included):
                self.assertIsNotNone(offence(name, included))


if __name__ == "__main__":
    unittest.main()
