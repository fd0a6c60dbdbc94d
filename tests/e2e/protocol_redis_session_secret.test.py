#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The password of a recorded session stands in one place of the program's memory, that is locked (lo),
left out of core dumps (dd) and wiped on fork (wf), and is gone with the connection. A client that forgets
its password looks through all of its own memory."""
import re

import harness
import redis_sessions
import services

WANTED = {"logged in": 1, "repeated": 1, "closed": 0}


def main():
    demands = harness.Demands()
    harness.build()
    with services.redis() as port:
        run = redis_sessions.Run([f"{harness.BUILD}/redis_secret", port], "idle = 200ms")
    demands.equal("repairs", run.repairs, ["reconnect reason=limit"])
    lines = dict(line.split(":", 1) for line in run.output.splitlines())
    demands.equal("moments", list(lines), list(WANTED))
    for moment, places in lines.items():
        flags = [place.split() for place in re.findall(r"\[(.*?)\]", places)]
        demands.equal(f"{moment}: places", len(flags), WANTED.get(moment))
        for place in flags:
            demands.equal(f"{moment}: flags", {"lo", "dd", "wf"} - set(place), set())
    demands.finish()


main()
