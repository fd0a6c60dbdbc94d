#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A body that ends with its connection arrives whole, pauses and all."""
import never_touched


def program(wire, pause_ms):
    wire.request("GET", f"/untilclose?n=3&ms={pause_ms}")
    wire.show(wire.receive_to_the_end())


never_touched.run(program)
