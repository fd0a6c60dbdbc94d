#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""The maker of conversations, which framing_property compares the framing with, says where each
message ends. h11, which knows nothing of it, must say the same of every message that it accepts.

Each message is read by a parser of its own, byte by byte, so its end is seen at the byte.
"""
import os
import subprocess
import sys

import h11

CONVERSATIONS = 1500
TO_THE_CLOSE = -1


def end_of(parser, data, at):
    """The offset behind the message that begins at `at`; None when it has no end in `data`."""
    for end in range(at, len(data)):
        parser.receive_data(data[end:end + 1])
        while (event := parser.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, h11.EndOfMessage):
                return end + 1
    return None


def head_end(parser, data, at):
    """The offset behind the header of the final response."""
    for end in range(at, len(data)):
        parser.receive_data(data[end:end + 1])
        while (event := parser.next_event()) not in (h11.NEED_DATA, h11.PAUSED):
            if isinstance(event, (h11.Response, h11.InformationalResponse)) and (
                    event.status_code == 101 or event.status_code >= 200):
                return end + 1
    return None


def asking(method):
    """A parser of the answer to `method`."""
    parser = h11.Connection(h11.CLIENT)
    headers = [("Host", "a"), ("Upgrade", "websocket"), ("Connection", "Upgrade")]
    parser.send(h11.Request(method=method, target="*" if method != "CONNECT" else "a:1",
                            headers=headers))
    parser.send(h11.EndOfMessage())
    return parser


def compare(line):
    """Messages that agree, and messages that h11 refuses. Exits where the two differ."""
    out, inbound, *marks = line.split()
    out, inbound = bytes.fromhex(out), bytes.fromhex(inbound)
    asked = answered = agreed = refused = 0
    for mark in marks:
        method, request_end, response_end, leaves = mark.split(":")
        request_end, response_end = int(request_end), int(response_end)
        try:
            found = end_of(h11.Connection(h11.SERVER), out, asked)
            if found != request_end:
                sys.exit(f"request ends at {found}, not at {request_end}: {out[asked:]!r}")
            agreed += 1
        except h11.RemoteProtocolError:
            refused += 1
        asked = request_end
        try:
            seek = head_end if leaves == "1" else end_of
            found = seek(asking(method), inbound, answered)
            if found != (None if response_end == TO_THE_CLOSE else response_end):
                sys.exit(f"response to {method} ends at {found}, not at {response_end}: "
                         f"{inbound[answered:]!r}")
            agreed += 1
        except h11.RemoteProtocolError:
            refused += 1
        answered = response_end
    return agreed, refused


def main():
    program = os.path.join(os.environ["REPO"], "build", "tests", "unit", "framing_property.test")
    dump = subprocess.run([program, "--dump", str(CONVERSATIONS)], check=True, text=True,
                          stdout=subprocess.PIPE).stdout
    agreed = refused = 0
    for line in dump.splitlines():
        more_agreed, more_refused = compare(line)
        agreed += more_agreed
        refused += more_refused
    print(f"{agreed} messages agree, {refused} are refused by h11")
    if refused * 10 > agreed:
        sys.exit("h11 refuses too many for this to say much")


main()
