#!/usr/bin/python3
"""How quickly the language server answers in a workspace of 50,000 lines, of which one file is being typed in.

Usage: responsiveness.py --vm PATH [--lines N] [--limit MILLISECONDS] [--rounds N]
The workspace consists of the core library's classes under other names, so that every selector has hundreds of implementors.
Prints the median and the longest time of each request; the status is 1 if a median exceeds the limit.
"""

import argparse
import pathlib
import re
import statistics
import sys
import tempfile
import time

from lsp_client import Client

ROOT = pathlib.Path(__file__).resolve().parents[2]


def write_workspace(folder, lines):
    """Fills the folder; answers the files, and how many lines they have."""
    sources = sorted(path for path in (ROOT / "core-lib").glob("*.som"))
    texts = {path.stem: path.read_text(encoding="utf-8") for path in sources}
    files, total, number = [], 0, 0
    while total < lines:
        number += 1
        directory = folder / f"part{number}"
        directory.mkdir()
        for name, text in texts.items():
            head = re.compile(rf"^{name}(\s*=\s*)(\w*)", re.MULTILINE)
            renamed = head.sub(lambda m, name=name: f"{name}N{number}{m[1]}{'Object' if m[2] in ('nil', '') else m[2]}", text, count=1)
            path = directory / f"{name}N{number}.som"
            path.write_text(renamed, encoding="utf-8")
            files.append(path)
            total += renamed.count("\n")
    return files, total


class Stopwatch:
    def __init__(self):
        self.times = {}

    def measure(self, name, act):
        start = time.perf_counter()
        answer = act()
        self.times.setdefault(name, []).append((time.perf_counter() - start) * 1000)
        if "error" in answer:
            sys.exit(f"{name}: {answer['error']}")
        return answer["result"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--lines", type=int, default=50000)
    parser.add_argument("--limit", type=float, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        files, lines = write_workspace(folder, arguments.lines)
        start = time.perf_counter()
        client = Client(arguments.vm, folder)
        first = client.request("workspace/symbol", {"query": "no such symbol"})
        loading = (time.perf_counter() - start) * 1000
        assert first["result"] == []

        path = next(file for file in files if file.name.startswith("SetN"))
        uri, text = path.as_uri(), path.read_text(encoding="utf-8")
        client.open(uri, text)

        def place(words, offset=0):
            at = text.index(words) + offset
            line = text.count("\n", 0, at)
            return {"textDocument": {"uri": uri}, "position": {"line": line, "character": at - text.rfind("\n", 0, at) - 1}}

        document = {"textDocument": {"uri": uri}}
        message = place("do: ", 1)
        field = place("items add: object", 1)
        argument = place("with: each", len("with: "))
        behind = place("collection contains:", len("collection "))
        version = 1
        for _ in range(arguments.rounds):
            for round_name, change in (("", None), (" after a change", "    added: x = ( ^ x foo: x bar: 3 )\n")):
                if change:
                    version += 1
                    line = text[:text.index("\"Adding and")].count("\n")
                    client.notify("textDocument/didChange", {"textDocument": {"uri": uri, "version": version}, "contentChanges": [
                        {"range": {"start": {"line": line, "character": 0}, "end": {"line": line, "character": 0}}, "text": change},
                        {"range": {"start": {"line": line, "character": 0}, "end": {"line": line + 1, "character": 0}}, "text": ""}]})
                ask = lambda method, params, label=None: watch.measure((label or method.split("/", 1)[1]) + round_name,
                                                                      lambda: client.request(method, params))
                if change:
                    ask("textDocument/hover", message)
                    ask("textDocument/completion", behind)
                    continue
                assert ask("textDocument/documentSymbol", document)
                assert ask("workspace/symbol", {"query": "keys"}, "symbol")
                assert ask("workspace/symbol", {"query": ""}, "symbol (all)")
                assert len(ask("textDocument/definition", message)) > 100
                assert len(ask("textDocument/references", {**message, "context": {"includeDeclaration": True}})) > 100
                assert len(ask("textDocument/implementation", message)) > 100
                assert ask("textDocument/references", {**field, "context": {"includeDeclaration": True}}, "references (field)")
                assert ask("textDocument/documentHighlight", message)
                assert ask("textDocument/hover", message)
                assert ask("textDocument/completion", behind)["items"]
                assert ask("textDocument/signatureHelp", argument)["signatures"]
                assert ask("textDocument/rename", {**field, "newName": "renamedField"})["changes"]
                assert ask("textDocument/foldingRange", document)
                assert ask("textDocument/semanticTokens/full", document)["data"]
        assert client.stop() == 0
    print(f"{lines} lines in {len(files)} files; start, reading and the first answer: {loading:.0f} ms")
    print(f"{'request':32} {'median':>8} {'longest':>8}  ms")
    slow = []
    for name, times in watch.times.items():
        median = statistics.median(times)
        print(f"{name:32} {median:8.2f} {max(times):8.2f}")
        if median > arguments.limit:
            slow.append(name)
    print(f"longest median: {max(map(statistics.median, watch.times.values())):.2f} ms; limit {arguments.limit:.0f} ms")
    if slow:
        print("too slow: " + ", ".join(slow))
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
