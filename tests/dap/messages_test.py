#!/usr/bin/python3
"""What `som --dap` answers to messages that are none, are damaged, or come when they should not: in order, to the end.

Usage: messages_test.py --vm PATH [unittest arguments]
"""

import argparse
import json
import pathlib
import random
import re
import select
import socket
import subprocess
import sys
import time
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIXTURES = ROOT / "tests/debugger/fixtures"
settings = argparse.Namespace()


def frame(message):
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(body), body)


def request(number, command, **arguments):
    return frame({"seq": number, "type": "request", "command": command, "arguments": arguments})


class Adapter:
    """A `som --dap` on standard input and output."""

    def __init__(self):
        self.process = subprocess.Popen([settings.vm, "--dap"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, cwd=ROOT)
        self.buffer = b""

    def send(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def message(self, seconds=20):
        """The next message; None at the end."""
        while True:
            match = re.match(rb"Content-Length: (\d+)\r\n\r\n", self.buffer)
            if match and len(self.buffer) >= match.end() + int(match[1]):
                body = self.buffer[match.end():match.end() + int(match[1])]
                self.buffer = self.buffer[match.end() + int(match[1]):]
                return json.loads(body)
            ready, _, _ = select.select([self.process.stdout], [], [], seconds)
            if not ready:
                raise AssertionError("no answer")
            data = self.process.stdout.read1(1 << 16)
            if not data:
                return None
            self.buffer += data

    def until(self, **wanted):
        """The next message with these fields."""
        while True:
            message = self.message()
            if message is None or all(message.get(name) == value for name, value in wanted.items()):
                return message

    def end(self):
        """Ends its input; answers the messages that are left."""
        self.process.stdin.close()
        rest = []
        while (message := self.message()) is not None:
            rest.append(message)
        self.status = self.process.wait(timeout=20)
        self.errors = self.process.stderr.read().decode()
        self.process.stdout.close()
        self.process.stderr.close()
        return rest


class MessagesTest(unittest.TestCase):
    def setUp(self):
        self.adapter = Adapter()

    def tearDown(self):
        if self.adapter.process.poll() is None:
            self.adapter.process.kill()
        self.adapter.process.wait()
        for stream in (self.adapter.process.stdin, self.adapter.process.stdout, self.adapter.process.stderr):
            stream.close()

    def assert_works(self):
        """The session is still one."""
        self.adapter.send(request(99, "initialize"))
        self.assertTrue(self.adapter.until(request_seq=99)["success"])
        self.adapter.end()
        self.assertEqual(self.adapter.status, 0)
        self.assertEqual(self.adapter.errors, "")

    def assert_complains(self, data, text):
        self.adapter.send(data)
        answer = self.adapter.until(type="response")
        self.assertFalse(answer["success"])
        self.assertIn(text, answer["message"])

    def test_no_json(self):
        self.assert_complains(frame(b"{nonsense"), "no JSON object")
        self.assert_works()

    def test_json_that_is_no_object(self):
        self.assert_complains(frame(b"[1, 2]"), "no JSON object")
        self.assert_works()

    def test_object_that_is_no_request(self):
        self.assert_complains(frame({"seq": 1, "type": "event"}), "no request")
        self.assert_works()

    def test_fields_of_other_types(self):
        self.assert_complains(frame({"seq": "x", "type": "request", "command": 7, "arguments": []}), "no request")
        self.assert_works()

    def test_unknown_command(self):
        self.assert_complains(request(1, "fly"), "There is no request 'fly'")
        self.assert_works()

    def test_request_before_initialize(self):
        self.assert_complains(request(1, "launch", program="Hello"), "before 'initialize'")
        self.assert_works()

    def test_junk_between_messages(self):
        self.assert_complains(b"hello\r\n\r\n", "no header")
        self.assert_works()

    def test_length_that_is_no_number(self):
        for length in (b"many", b"-1", b"1e3", b"", b"99999999999999999999999", b"99999999999"):
            self.assert_complains(b"Content-Length: " + length + b"\r\n\r\n", "no length")
        self.assert_works()

    def test_length_too_short(self):
        body = json.dumps({"seq": 1, "type": "request", "command": "threads"}).encode()
        self.assert_complains(b"Content-Length: %d\r\n\r\n%s" % (len(body) - 5, body), "no JSON object")
        self.assert_works()

    def test_length_too_long(self):
        body = json.dumps({"seq": 1, "type": "request", "command": "threads"}).encode()
        self.adapter.send(b"Content-Length: %d\r\n\r\n%s" % (len(body) + 30, body))
        self.assert_complains(request(2, "threads"), "no JSON object")
        self.assert_works()

    def test_length_of_nothing(self):
        self.assert_complains(b"Content-Length: 0\r\n\r\n", "no JSON object")
        self.assert_works()

    def test_input_that_ends_within_a_message(self):
        for data in (b"Content-Length: 100\r\n\r\n{", b"Content-Length: 100\r\n", b"Content-Le"):
            self.tearDown()
            self.adapter = Adapter()
            self.adapter.send(data)
            self.assertEqual([answer["success"] for answer in self.adapter.end()], [False])
            self.assertEqual(self.adapter.status, 0)

    def test_deep_nesting(self):
        self.assert_complains(frame(b"[" * 100000), "no JSON object")
        self.assert_complains(frame(b"[" * 100000 + b"]" * 100000), "no JSON object")
        self.assert_works()

    def test_bytes_that_are_no_text(self):
        self.assert_complains(frame(b'{"command": "\xff\xfe"}'), "no JSON object")
        self.assert_works()

    def test_message_in_pieces(self):
        for byte in request(7, "initialize"):
            self.adapter.send(bytes([byte]))
        self.assertTrue(self.adapter.until(request_seq=7)["success"])

    def test_initialize_twice(self):
        self.adapter.send(request(1, "initialize"))
        self.adapter.until(request_seq=1)
        self.assert_complains(request(2, "initialize"), "second time")

    def launch(self, program, **arguments):
        self.adapter.send(request(1, "initialize"))
        self.adapter.send(request(2, "launch", program=str(FIXTURES / program), classPath=["core-lib"], **arguments))
        self.adapter.send(request(3, "configurationDone"))
        self.assertTrue(self.adapter.until(request_seq=2)["success"])

    def test_requests_with_wrong_arguments(self):
        self.launch("Counter.som", stopOnEntry=True)
        self.assertEqual(self.adapter.until(type="event", event="stopped")["body"]["reason"], "entry")
        for number, (command, arguments) in enumerate((
                ("scopes", {"frameId": 77}), ("scopes", {"frameId": -1}), ("variables", {"variablesReference": 5}),
                ("variables", {}), ("setVariable", {"variablesReference": 1}), ("evaluate", {"frameId": 9, "expression": "1"}),
                ("evaluate", {"expression": "("}), ("source", {}), ("restartFrame", {"frameId": 0}), ("exceptionInfo", {}),
                ("setBreakpoints", {}), ("launch", {"program": "Hello"})), 10):
            self.adapter.send(request(number, command, **arguments))
            answer = self.adapter.until(request_seq=number)
            self.assertFalse(answer["success"], command)
            self.assertTrue(answer["message"], command)
        # What only looks odd is served.
        self.adapter.send(request(50, "stackTrace", startFrame=-3, levels=10 ** 12))
        self.assertTrue(self.adapter.until(request_seq=50)["success"])
        self.adapter.send(request(51, "setBreakpoints", source={"path": str(FIXTURES / "Counter.som")},
                                  breakpoints=[{"line": -1}, {"line": 10 ** 15}, {}, 7, {"line": 7, "hitCondition": "some"}]))
        answer = self.adapter.until(request_seq=51)["body"]["breakpoints"]
        self.assertEqual([b["verified"] for b in answer], [False] * 5)
        self.adapter.send(request(52, "continue"))
        self.assertEqual(self.adapter.until(event="exited")["body"]["exitCode"], 0)
        self.adapter.send(request(53, "stackTrace"))
        self.assertFalse(self.adapter.until(request_seq=53)["success"])

    def test_input_ends_while_the_program_is_stopped(self):
        self.launch("Counter.som", stopOnEntry=True)
        self.adapter.until(event="stopped")
        self.adapter.end()
        self.assertEqual(self.adapter.status, 0)

    def test_input_ends_while_the_program_runs(self):
        for no_debug in (False, True):
            self.tearDown()
            self.adapter = Adapter()
            self.launch("Endless.som", noDebug=no_debug)
            self.adapter.until(event="output")
            self.adapter.end()
            self.assertEqual(self.adapter.status, 0)

    def received(self, client):
        client.settimeout(30)
        data = client.recv(1 << 16)
        self.assertTrue(data, "the adapter is gone")
        return data

    def test_program_that_waits_is_ended(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = subprocess.Popen([settings.vm, f"--dap={port}"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        self.assertIn(str(port), server.stderr.readline().decode())
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(request(1, "initialize") + request(2, "launch", program=str(FIXTURES / "Reads.som"), classPath="core-lib") +
                           request(3, "configurationDone"))
            received = b""
            while b"waiting" not in received:
                received += self.received(client)
            time.sleep(1)  # until it waits
            client.sendall(request(4, "terminate"))
            while b'"terminated"' not in received:
                received += self.received(client)
        self.assertIn(b'"exitCode":143', received)
        self.assertEqual(server.wait(timeout=20), 0)
        server.stdin.close()
        server.stderr.close()

    def test_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            result = subprocess.run([settings.vm, f"--dap={taken.getsockname()[1]}"], capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot listen on port", result.stderr)

    def test_program_reads_nothing_from_the_channel(self):
        self.launch("Reads.som")
        self.assertEqual(self.adapter.until(event="output")["body"]["output"], "waiting\n")
        self.assertEqual(self.adapter.until(event="output")["body"]["output"], "nil\n")
        self.assertEqual(self.adapter.until(event="exited")["body"]["exitCode"], 0)

    def test_damaged_sessions(self):
        """Sessions with bytes changed, lost or doubled: they end, with status 0, and say nothing on stderr."""
        whole = b"".join((request(1, "initialize"), request(2, "launch", program=str(FIXTURES / "Counter.som"), classPath="core-lib"),
                          request(3, "setBreakpoints", source={"path": str(FIXTURES / "Counter.som")}, breakpoints=[{"line": 7}]),
                          request(4, "configurationDone"), request(5, "stackTrace"), request(6, "scopes", frameId=1),
                          request(7, "variables", variablesReference=1), request(8, "evaluate", expression="n + 1", frameId=1),
                          request(9, "next"), request(10, "disconnect")))
        chance = random.Random(5)
        for _ in range(60):
            data = bytearray(whole)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(data))
                kind = chance.randrange(3)
                if kind == 0:
                    data[at] = chance.randrange(256)
                elif kind == 1:
                    del data[at:at + chance.randint(1, 20)]
                else:
                    data[at:at] = data[at:at + chance.randint(1, 20)]
            result = subprocess.run([settings.vm, "--dap"], input=bytes(data), capture_output=True, timeout=30, cwd=ROOT, check=False)
            self.assertEqual((result.returncode, result.stderr), (0, b""), bytes(data))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--vm", required=True)
    options, rest = parser.parse_known_args()
    settings.vm = str(pathlib.Path(options.vm).resolve())
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
