#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""Two pipelined requests with slow answers are both answered, in order."""
import never_touched


def program(wire, pause_ms):
    wire.send(wire.head("GET", f"/slow?ms={pause_ms}") + wire.head("GET", "/early?ms=1"))
    wire.show(wire.receive_response(), wire.receive_response())
    wire.request("GET", f"/slow?ms={pause_ms}")
    wire.request("GET", f"/drip?ms={pause_ms}&n=2")
    wire.show(wire.receive_response())
    wire.pause(pause_ms // 2)
    wire.show(wire.receive_response())


never_touched.run(program)
