#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""Server-sent events with pauses longer than the limit arrive."""
import never_touched


def program(wire, pause_ms):
    wire.request("GET", f"/sse?n=3&ms={pause_ms}", Accept="text/event-stream")
    wire.show(wire.receive_response())


never_touched.run(program)
