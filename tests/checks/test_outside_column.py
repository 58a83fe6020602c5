"""The column of primitives.def about the outside is right: functions marked `Nothing` use nothing that leads there."""

import pathlib
import re
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
# What leads out of the heap: streams, files, environment, processes, time, chance, the collector, the program's end.
LEADS_OUTSIDE = re.compile(
    r"\b(WriteOut|WriteError|FlushOut|ReadLine|StackTraceText|std::(f|o|if|of)stream|std::cout|std::cerr|std::cin|f?printf"
    r"|fputs|fwrite|fread|fopen|freopen|open|openat|creat|unlink|remove|rename|mkdir|chdir|filesystem|getenv|setenv"
    r"|putenv|system|popen|fork|exec\w*|posix_spawn|kill|raise|abort|exit|_exit|Exit|signal|sigaction|socket|connect"
    r"|Microseconds|chrono|clock_gettime|random_device|CollectFull|statistics|loader)\b\s*(\(|::|\{|&|\))")
ROW = re.compile(r'^SOM_PRIMITIVE\((\w+), (\w+), "([^"]+)",\s*(\w+),\s*(\w+),\s*(\w+)\)$', re.MULTILINE)
FUNCTION = re.compile(r"^(?:template <[^\n]*>\n)?[\w:<>,&* ]+?\b(\w+)\([^;{]*\)\s*\{([^\n]*\}|\n.*?^\})$", re.MULTILINE | re.DOTALL)


def rows():
    return ROW.findall((ROOT / "primitives/primitives.def").read_text(encoding="utf-8"))


def functions():
    """Bodies of the functions of primitives/, by file and name."""
    for path in sorted((ROOT / "primitives").glob("*.cc")):
        text = re.sub(r"//[^\n]*", "", path.read_text(encoding="utf-8"))
        yield path.name, dict(FUNCTION.findall(text))


def leading_outside(bodies):
    """The functions of a file that lead outside, by themselves or through another of the file."""
    found = {name for name, body in bodies.items() if LEADS_OUTSIDE.search(body)}
    while True:
        more = {name for name, body in bodies.items() if name not in found
                and any(re.search(rf"\b{other}\(", body) for other in found)}
        if not more:
            return found
        found |= more


class OutsideColumn(unittest.TestCase):
    def test_every_row_is_read(self):
        text = (ROOT / "primitives/primitives.def").read_text(encoding="utf-8")
        self.assertEqual(len(rows()), len(re.findall(r"^SOM_PRIMITIVE\(", text, re.MULTILINE)))

    def test_rows_marked_nothing_lead_nowhere(self):
        marks = {function: outside for *_, function, _, outside in rows()}
        seen = set()
        for file, bodies in functions():
            seen |= bodies.keys()
            for name in leading_outside(bodies):
                with self.subTest(file=file, function=name):
                    self.assertNotEqual(marks.get(name), "Nothing")
        self.assertEqual(set(marks) - seen, set())

    def test_the_marked_rows_do_lead_outside(self):
        leading = set().union(*(leading_outside(bodies) for _, bodies in functions()))
        marked = {function for *_, function, _, outside in rows() if outside != "Nothing"}
        self.assertEqual(marked - leading, set())


if __name__ == "__main__":
    unittest.main()
