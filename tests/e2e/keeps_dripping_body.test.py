#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A chunked body with pauses longer than the limit arrives whole."""
import never_touched


def program(wire, pause_ms):
    wire.request("GET", f"/drip?n=3&ms={pause_ms}")
    wire.show(wire.receive_response())


never_touched.run(program)
