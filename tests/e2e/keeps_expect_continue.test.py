#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""100 Continue does not end an exchange: a late body and a late response arrive."""
import never_touched


def program(wire, pause_ms):
    wire.send(wire.head("POST", f"/continue?ms={pause_ms}", Content_Length=5,
                        Expect="100-continue"))
    wire.show(wire.receive_until(b"\r\n\r\n"))
    wire.pause(pause_ms)
    wire.send(b"hello")
    wire.show(wire.receive_response())


never_touched.run(program)
