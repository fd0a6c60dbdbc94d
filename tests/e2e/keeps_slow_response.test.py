#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A response that takes five times the limit arrives, on its connection."""
import never_touched


def program(wire, pause_ms):
    wire.request("POST", f"/slow?ms={pause_ms}", b"x" * 100)
    wire.show(wire.receive_response())
    wire.request("GET", "/r/after")
    wire.show(wire.receive_response())


never_touched.run(program)
