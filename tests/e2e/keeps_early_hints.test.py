#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""103 Early Hints do not end an exchange: the late response arrives."""
import never_touched


def program(wire, pause_ms):
    wire.request("GET", f"/early?ms={pause_ms}")
    wire.show(wire.receive_response())


never_touched.run(program)
