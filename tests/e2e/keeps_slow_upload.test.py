#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""An upload with pauses longer than the limit, in the head and in the body, arrives whole."""
import never_touched


def program(wire, pause_ms):
    head = wire.head("POST", "/upload", Content_Length=30)
    for piece in (head[:20], head[20:], b"a" * 10, b"b" * 10, b"c" * 10):
        wire.send(piece)
        wire.pause(pause_ms)
    wire.show(wire.receive_response())


never_touched.run(program)
