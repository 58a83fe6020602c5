"""Reads the core library's classes as their comments describe them: sections, methods, what each does.

A comment with a blank line behind it heads a section; its first sentence is the title. One directly in front of a
method describes the method. What stands in a section called Private, or named so, is left out.
"""

import dataclasses
import pathlib
import re

CLASS = re.compile(r'\A"(?P<comment>[^"]*)"\n(?P<name>\w+) = (?P<superclass>\w+)? ?\(', re.DOTALL)
COMMENT = re.compile(r'^    "(?P<text>[^"]*)"\n', re.MULTILINE)
METHOD = re.compile(r"^    (?P<pattern>[^\s\"|)][^=\n]*?|[-+*/%&|<>=,~@]+ \w+) = (?:primitive\b|\()", re.MULTILINE)
KEYWORD = re.compile(r"(\w+:) \w+ ?")


@dataclasses.dataclass
class Method:
    pattern: str  # as it stands in the source: `at: index put: value`
    selector: str
    is_class_side: bool
    line: int
    description: str = ""


@dataclasses.dataclass
class Section:
    title: str
    note: str
    is_class_side: bool
    methods: list = dataclasses.field(default_factory=list)

    @property
    def is_private(self):
        return self.title.startswith("Private") or self.title == "For the kinds of index"


@dataclasses.dataclass
class SomClass:
    name: str
    superclass: str
    comment: str
    sections: list

    def methods(self):
        return [method for section in self.sections if not section.is_private for method in section.methods]


def selector_of(pattern):
    keywords = KEYWORD.findall(pattern)
    return "".join(keywords) if keywords else pattern.split(" ")[0]


def one_line(text):
    return re.sub(r"\s+", " ", text).strip()


def pieces_of(text):
    """Comments, methods and the line between the sides, in order."""
    found = [*COMMENT.finditer(text), *METHOD.finditer(text), *re.finditer(r"^    -{4,}$", text, re.MULTILINE)]
    return sorted(found, key=lambda match: match.start())


def read_class(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    head = CLASS.match(text)
    if not head:
        raise ValueError(f"{path}: no class with a comment")
    section = Section("", "", False)
    sections = [section]
    pending = ""
    for match in pieces_of(text):
        if match.re is COMMENT:
            comment = one_line(match["text"])
            if text[match.end()] != "\n":
                pending = comment
                continue
            title, _, note = comment.partition(". ")
            # A sentence that ends with a period is a remark on the section, not a new one.
            if not note and comment.endswith("."):
                section.note = f"{section.note} {comment}".strip()
                continue
            section = Section(title, note, section.is_class_side)
            sections.append(section)
        elif match.re is METHOD:
            line = text.count("\n", 0, match.start()) + 1
            pattern = match["pattern"]
            section.methods.append(Method(pattern, selector_of(pattern), section.is_class_side, line, pending))
            pending = ""
        else:
            section = Section("Class side", "", True)
            sections.append(section)
            pending = ""
    return SomClass(head["name"], head["superclass"] or "Object", one_line(head["comment"]),
                    [each for each in sections if each.methods])
