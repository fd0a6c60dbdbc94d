#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""MONITOR, and a BLPOP that waits, are never disturbed, not even by a rule that says "protocol = redis"
with a limit: both get what comes after a silence past it, on the connection that they had."""
import subprocess
import time

import harness
import redis_sessions

LIMIT, SILENCE_S = "idle = 200ms", 1.0


def connections(admin):
    return admin.info("stats")["total_connections_received"]


def watcher(port, admin, log, count, *words):
    """A redis-cli that waits for something to happen: (`count` lines of it, connections it needed)."""
    before = connections(admin)
    command = ["redis-cli", "--no-auth-warning", "-a", redis_sessions.PASSWORD, "-p", str(port)]
    with harness.running([*command, *words], env=redis_sessions.shimmed(log, LIMIT),
                         stdout=subprocess.PIPE, text=True) as client:
        if words[0] == "MONITOR":
            assert client.stdout.readline() == "OK\n"
        time.sleep(SILENCE_S)
        admin.rpush("jobs", "paint")
        lines = [client.stdout.readline() for _ in range(count)]
    return lines, connections(admin) - before


def main():
    demands = harness.Demands()
    log = harness.temporary_folder() + "/log"
    with redis_sessions.server() as (port, admin):
        lines, count = watcher(port, admin, log, 2, "BLPOP", "jobs", "30")
        demands.equal("what BLPOP got", lines, ["jobs\n", "paint\n"])
        demands.equal("connections of BLPOP", count, 1)
        lines, count = watcher(port, admin, log, 1, "MONITOR")
        demands.equal("what MONITOR saw", [line.split('"')[1::2] for line in lines],
                      [["RPUSH", "jobs", "paint"]])
        demands.equal("connections of MONITOR", count, 1)
    demands.finish()


main()
