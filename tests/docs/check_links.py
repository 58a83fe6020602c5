#!/usr/bin/env python3
"""Checks the links of all Markdown pages: files and anchors exist, and docs/index.md leads to each page of docs/.

Usage: check_links.py [ROOT]
Prints each offence as FILE:LINE: message; the status is 1 when there is one.
"""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parents[2]).resolve()
LINK = re.compile(r"\[(?:[^\[\]]|\[[^\]]*\])*\]\(([^()\s]*(?:\([^()]*\)[^()\s]*)*)\)")
HEADING = re.compile(r"^#{1,6} +(.*?) *#*$", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")


def pages():
    listed = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"], cwd=ROOT, text=True, capture_output=True, check=False)
    names = listed.stdout.splitlines() if listed.returncode == 0 else [path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.md")]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def blanked(match):
    return re.sub(r"[^\n]", " ", match[0])


def without_code(text):
    """The text with code made blank, so that lines stay where they are."""
    return CODE.sub(blanked, FENCED.sub(blanked, text))


def anchor_of(heading):
    """The name that a heading gets on the usual sites: small letters, no punctuation, hyphens for blanks."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")


def anchors_of(page):
    anchors = set()
    for heading in HEADING.findall(FENCED.sub(blanked, page.read_text(encoding="utf-8"))):
        anchor = base = anchor_of(heading)
        number = 0
        while anchor in anchors:
            number += 1
            anchor = f"{base}-{number}"
        anchors.add(anchor)
    return anchors


def links_of(page):
    text = without_code(page.read_text(encoding="utf-8"))
    for match in LINK.finditer(text):
        yield text.count("\n", 0, match.start()) + 1, match[1]


def offence_of(page, link):
    """Why a link leads nowhere, or None."""
    if re.match(r"[a-z]+:", link):
        return None
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.is_relative_to(ROOT):
        return f"{link} leads out of the tree"
    if not target.exists():
        return f"there is no {link}"
    if anchor and target.suffix == ".md" and anchor not in anchors_of(target):
        return f"{path or page.name} has no heading for #{anchor}"
    return None


def main():
    all_pages = pages()
    offences = []
    count = 0
    for page in all_pages:
        for line, link in links_of(page):
            count += 1
            offence = offence_of(page, link)
            if offence:
                offences.append(f"{page.relative_to(ROOT)}:{line}: {offence}")
    index = ROOT / "docs" / "index.md"
    reached = {(index.parent / link.partition("#")[0]).resolve() for _, link in links_of(index)}
    for page in all_pages:
        if page.is_relative_to(index.parent) and page != index and page not in reached:
            offences.append(f"docs/index.md:1: does not lead to {page.relative_to(ROOT)}")
    cookbook = ROOT / "docs" / "cookbook"
    listed = {(cookbook / link).resolve() for _, link in links_of(cookbook / "README.md")}
    for program in sorted(cookbook.glob("*.som")):
        if program not in listed:
            offences.append(f"docs/cookbook/README.md:1: does not lead to {program.name}")
    for offence in offences:
        print(offence)
    print(f"check_links: {len(all_pages)} pages, {count} links, {len(offences)} offences")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
