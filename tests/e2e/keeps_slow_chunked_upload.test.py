#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A chunked upload with pauses longer than the limit arrives whole."""
import never_touched


def program(wire, pause_ms):
    wire.send(wire.head("PUT", "/upload", Transfer_Encoding="chunked"))
    for piece in (b"5\r\nhello\r\n", b"5\r\nworld\r\n", b"0\r\n\r\n"):
        wire.pause(pause_ms)
        wire.send(piece)
    wire.show(wire.receive_response())


never_touched.run(program)
