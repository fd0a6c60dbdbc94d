#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A long poll survives, also when the program looks at its connection again and again."""
import never_touched


def program(wire, pause_ms):
    wire.request("GET", f"/slow?ms={pause_ms}")
    while not wire.look():
        wire.pause(50)
    wire.show(wire.receive_response())


never_touched.run(program)
