#!/usr/bin/python3
"""Damaged messages and documents for the language server: it must neither end nor hang, and answer sound requests.

Usage: fuzz.py --vm PATH [--seed N] [--messages N] [--documents N] [--seconds N]
The same seed gives the same bytes. A finding is told with its seed and kept in build/editors.
"""

import argparse
import json
import pathlib
import random
import sys

from lsp_client import Client, Ended, Hangs, frame

ROOT = pathlib.Path(__file__).resolve().parents[2]
POSITIONAL = ["definition", "implementation", "documentHighlight", "hover", "completion", "signatureHelp", "prepareRename"]
SCRAPS = ["(", ")", "[", "]", "'", '"', "|", "||", ":", ":=", "#", "#(", "^", ".", "----", "=", "= (", "self", "super", "foo: ", "x",
          "primitive", "\n", "\r", "\r\n", " ", "\\", "{", "é", "😀", "\u0000", "123", "-", "1.5", "Object", "A = B (\n", "foo = (\n"]
URI = "file:///fuzz/Document.som"


def sources():
    return [path.read_text(encoding="utf-8", errors="replace") for folder in ("core-lib", "tests/som", "tests/language")
            for path in sorted((ROOT / folder).glob("*.som"))]


def damaged_text(chance, texts):
    """A source with some of it gone, doubled, or replaced."""
    text = chance.choice(texts)[:chance.choice([200, 2000, 20000])]
    for _ in range(chance.randint(0, 12)):
        at = chance.randint(0, len(text))
        kind = chance.randint(0, 3)
        if kind == 0:
            text = text[:at] + chance.choice(SCRAPS) + text[at:]
        elif kind == 1:
            text = text[:at] + text[at + chance.randint(1, 30):]
        elif kind == 2:
            text = text[:at] + text[max(0, at - chance.randint(1, 200)):]
        else:
            text = text[:at] + "".join(chance.choices(SCRAPS, k=chance.randint(1, 20)))
    return text


# Long texts of one kind, whole and damaged: what takes more than linear time shows here.
LONG = {
    "blocks": lambda n: "A = ( foo = ( " + "[ " * n,
    "parentheses": lambda n: "A = ( foo = ( " + "( " * (n // 2) + ") " * (n // 2) + ") )",
    "comments": lambda n: 'A = (\n' + 'a "\n' * n,
    "quotes": lambda n: "A = (\n" + "foo = ( 'a )\n" * n,
    "keywords": lambda n: "A = ( foo = ( x " + "a:" * n,
    "messages": lambda n: "A = ( foo = ( x " + "foo " * n + ") )",
    "arguments": lambda n: "A = ( foo = ( x " + "foo: y " * n + ") )",
    "operators": lambda n: "A = ( foo = ( x " + "+ y " * n + ") )",
    "locals": lambda n: "A = ( foo = ( | " + " ".join(f"v{i}" for i in range(n // 10)) + " | v0 := 1. v0 ) )",
    "damaged methods": lambda n: "A = (\n" + "".join(f"m{i} = ( self \n" for i in range(n // 5)),
    "staircase": lambda n: "A = (\n" + "".join(" " * (i % 2000) + f"m{i} = ( self \n" for i in range(n // 50)),
    "methods on a line": lambda n: "A = ( " + "".join(f"m{i} = ( ^ self m{i + 1} ) " for i in range(n // 10)) + ")",
    "beyond the BMP on a line": lambda n: "A = ( foo = ( " + "'😀' println. " * (n // 5) + ") )",
    "symbols": lambda n: "A = ( foo = ( x y: #" + "a:" * n + " ) )",
    "array": lambda n: "A = ( foo = ( ^ #( " + "#a 1 'x' " * (n // 3) + ") ) )",
    "separators": lambda n: "A = (\n" + "----\n" * n,
}
LONG_PARTS = 50000


def use_long_document(client, name, seconds):
    """Nothing about it may take long."""
    client.seconds = seconds
    text = LONG[name](LONG_PARTS)
    uri = f"file:///fuzz/{name.replace(' ', '-')}.som"
    client.open(uri, text)
    document = {"textDocument": {"uri": uri}}
    for method in ("documentSymbol", "foldingRange", "formatting", "semanticTokens/full"):
        client.request("textDocument/" + method, document)
    line = text.count("\n")
    for character in (20, 2000, len(text) - text.rfind("\n") - 2):
        for method in POSITIONAL:
            client.request("textDocument/" + method, {**document, "position": {"line": line, "character": character}})
    client.notify("textDocument/didClose", document)


def position(chance, text):
    if chance.random() < 0.05:
        return {"line": chance.choice([0, 10**6, 2**31, 2**32, 2**63]), "character": chance.choice([0, 10**6, 2**32])}
    at = chance.randint(0, len(text))
    return {"line": text.count("\n", 0, at), "character": at - text.rfind("\n", 0, at) - 1 + chance.choice([0, 0, 0, 1, 50])}


def use_document(client, chance, texts, version):
    """Opens or changes the document, and asks everything about it."""
    text = damaged_text(chance, texts)
    if version == 1 or chance.random() < 0.2:
        client.open(URI, text, version)
    else:
        changes = []
        for _ in range(chance.randint(1, 4)):
            change = {"text": "".join(chance.choices(SCRAPS, k=chance.randint(0, 6)))}
            if chance.random() < 0.9:
                change["range"] = {"start": position(chance, text), "end": position(chance, text)}
            changes.append(change)
        if chance.random() < 0.5:
            changes.insert(0, {"text": text})
        client.notify("textDocument/didChange", {"textDocument": {"uri": URI, "version": version}, "contentChanges": changes})
    document = {"textDocument": {"uri": URI}}
    answers = [client.request("textDocument/" + method, document)
               for method in ("documentSymbol", "foldingRange", "formatting", "semanticTokens/full")]
    for method in POSITIONAL:
        answers.append(client.request("textDocument/" + method, {**document, "position": position(chance, text)}))
    answers.append(client.request("textDocument/references", {**document, "position": position(chance, text), "context": {"includeDeclaration": True}}))
    answers.append(client.request("textDocument/rename", {**document, "position": position(chance, text), "newName": chance.choice(["renamed", "x", "self", "", "😀"])}))
    for answer in answers:
        # -32803: what cannot be renamed.
        if answer.get("error", {}).get("code", -32803) != -32803:
            raise AssertionError(f"a sound request got {answer}")


def damaged_json(chance, value):
    """A value with some member gone, or of another type."""
    odd = [None, True, -1, 3.5, "", "x", [], {}, [[]], 2**64, "\ud800", {"line": -1, "character": "x"}]
    if chance.random() < 0.15:
        return chance.choice(odd)
    if isinstance(value, dict):
        return {key: damaged_json(chance, member) for key, member in value.items() if chance.random() > 0.07}
    if isinstance(value, list):
        return [damaged_json(chance, member) for member in value]
    return value


def damaged_message(chance):
    sound = {"jsonrpc": "2.0", "id": chance.randint(10**6, 10**9), "method": "textDocument/" + chance.choice(POSITIONAL + ["references", "rename", "didOpen", "didChange", "didClose", "semanticTokens/range", "formatting", "rangeFormatting"]),
             "params": {"textDocument": {"uri": URI, "version": 1, "text": "A = ( )"}, "position": {"line": 1, "character": 2},
                        "range": {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 9}},
                        "contentChanges": [{"text": "A = ( foo = ( ) )"}], "newName": "x", "context": {"includeDeclaration": True}}}
    if chance.random() < 0.2:
        sound["method"] = chance.choice(["workspace/symbol", "workspace/didChangeConfiguration", "workspace/didChangeWatchedFiles",
                                         "workspace/didChangeWorkspaceFolders", "completionItem/resolve", "initialize", "initialized",
                                         "$/cancelRequest", "$/setTrace", "none", ""])
        sound["params"] = {"query": "x", "settings": {"som": {"classPath": ["a", "b"]}}, "changes": [{"uri": URI, "type": 1}],
                           "event": {"added": [{"uri": URI}], "removed": []}, "data": {"uri": URI, "method": 3}, "id": 5}
    if chance.random() < 0.5:
        return frame(json.dumps(damaged_json(chance, sound)).encode())
    data = bytearray(frame(json.dumps(sound).encode()))
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data))
        kind = chance.randint(0, 2)
        if kind == 0:
            data[at] = chance.randrange(256)
        elif kind == 1:
            del data[at:at + chance.randint(1, 20)]
        else:
            data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 10)))
        if not data:
            break
    return bytes(data)


def is_understood(client):
    """Whether a sound request is answered after all that came. Damaged lengths may have it wait for so many bytes: some more
    requests make up for them."""
    for _ in range(200):
        client.last_id += 1
        client.send({"id": client.last_id, "method": "workspace/symbol", "params": {"query": "no such symbol", "padding": " " * 4000}})
        client.seconds = 0.5
        try:
            while True:
                if client.read().get("id") == client.last_id:
                    return True
        except Hangs:
            continue
        finally:
            client.seconds = 20
    return False


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vm", required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10, help="for a request about a long document")
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--documents", type=int, default=100)
    arguments = parser.parse_args()
    texts = sources()
    findings = 0
    for name in LONG:
        client = Client(arguments.vm)
        try:
            use_long_document(client, name, arguments.seconds)
        except (Ended, Hangs) as error:
            findings += 1
            print(f"{name}: {type(error).__name__}: {error}")
        client.process.kill()
    for number in range(arguments.documents + arguments.messages // 50):
        seed = arguments.seed * 1000003 + number
        chance = random.Random(seed)
        if number % 100 == 0 or number >= arguments.documents:
            if number:
                client.process.kill()
            client = Client(arguments.vm, ROOT / "core-lib")
            version = 0
        kept = b""
        try:
            if number < arguments.documents:
                version += 1
                use_document(client, chance, texts, version)
                continue
            for _ in range(50):
                data = damaged_message(chance)
                kept += data
                client.write(data)
            if not is_understood(client):
                raise Hangs("sound requests are not answered any more")
        except (Ended, Hangs, AssertionError) as error:
            findings += 1
            print(f"seed {seed}: {type(error).__name__}: {error}")
            directory = ROOT / "build/editors"
            directory.mkdir(parents=True, exist_ok=True)
            (directory / f"fuzz-{seed}.bin").write_bytes(kept)
            client.process.kill()
            client = Client(arguments.vm, ROOT / "core-lib")
            version = 0
    client.process.kill()
    print(f"{arguments.documents} documents, {arguments.messages} messages, {findings} findings")
    sys.exit(1 if findings else 0)


if __name__ == "__main__":
    main()
