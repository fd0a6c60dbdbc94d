#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A WebSocket is not between exchanges, however long it is silent: its echo still comes."""
import never_touched

KEY = "dGhlIHNhbXBsZSBub25jZQ=="    # RFC 6455 section 1.3
MASK = bytes(4)


def text_frame(text):
    return bytes([0x81, 0x80 | len(text)]) + MASK + text


def program(wire, pause_ms):
    wire.send(wire.head("GET", "/ws", Upgrade="websocket", Connection="Upgrade",
                        Sec_WebSocket_Key=KEY, Sec_WebSocket_Version=13))
    wire.show(wire.receive_until(b"\r\n\r\n"))
    for text in (b"first", b"second", b"third"):
        wire.pause(pause_ms)
        wire.look()
        wire.send(text_frame(text))
        wire.show(wire.receive_exactly(2 + len(text)))


never_touched.run(program)
