"""A client of the language server that needs nothing but Python: for measuring, and for bytes that no library sends."""

import json
import os
import pathlib
import select
import subprocess
import time


def frame(content):
    return b"Content-Length: %d\r\n\r\n" % len(content) + content


class Ended(Exception):
    """The server has ended."""


class Hangs(Exception):
    """The server does not answer."""


class Client:
    def __init__(self, vm, folder=None, options=None, seconds=20):
        self.process = subprocess.Popen([vm, "--lsp"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.buffer = b""
        self.last_id = 0
        self.seconds = seconds
        self.initialized = self.request("initialize", {
            "processId": None, "rootUri": pathlib.Path(folder).resolve().as_uri() if folder else None,
            "capabilities": {"textDocument": {"completion": {"completionItem": {"snippetSupport": True}},
                                              "documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}},
            "initializationOptions": options})
        self.notify("initialized", {})

    def write(self, data):
        try:
            self.process.stdin.write(data)
            self.process.stdin.flush()
        except BrokenPipeError as error:
            raise Ended(self.describe_end()) from error

    def describe_end(self):
        status = self.process.wait(timeout=10)
        return f"status {status}: {self.process.stderr.read().decode(errors='replace')[-2000:]}"

    def read(self):
        """The next message."""
        end = time.monotonic() + self.seconds
        while True:
            head = self.buffer.find(b"\r\n\r\n")
            if head >= 0:
                length = int(self.buffer[:head].split(b":")[1])
                if len(self.buffer) >= head + 4 + length:
                    content = self.buffer[head + 4:head + 4 + length]
                    self.buffer = self.buffer[head + 4 + length:]
                    return json.loads(content)
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise Hangs(f"no answer for {self.seconds} s")
            data = os.read(self.process.stdout.fileno(), 1 << 20)
            if not data:
                raise Ended(self.describe_end())
            self.buffer += data

    def send(self, message):
        self.write(frame(json.dumps({"jsonrpc": "2.0", **message}).encode()))

    def request(self, method, params):
        """The answer: a message with result or error."""
        self.last_id += 1
        self.send({"id": self.last_id, "method": method, "params": params})
        while True:
            message = self.read()
            if message.get("id") == self.last_id and "method" not in message:
                return message

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def open(self, uri, text, version=1):
        self.notify("textDocument/didOpen", {"textDocument": {"uri": uri, "languageId": "som", "version": version, "text": text}})

    def stop(self):
        """The exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(timeout=self.seconds)
