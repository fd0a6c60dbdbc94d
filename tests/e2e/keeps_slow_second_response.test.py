#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A slow response on a reused connection arrives too: reuse alone makes nothing stale."""
import never_touched


def program(wire, pause_ms):
    for ms in (0, pause_ms, pause_ms):
        wire.request("GET", f"/slow?ms={ms}")
        wire.show(wire.receive_response())


never_touched.run(program)
