#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""By the rule "protocol = redis" a session that an administrator has killed (CLIENT KILL) goes on with the
next command: same user, same database, nothing run twice. Without the rule the program learns of it."""
import sys
import time

import redis

import harness
import redis_sessions

REST_S = 0.2    # a write a moment after the last one does not ask whether the peer has closed


def program(port):
    connection = redis.Connection(port=port, username=redis_sessions.USER, db=3,
                                  password=redis_sessions.USER_PASSWORD)

    def ask(*words):
        connection.send_command(*words)
        return connection.read_response()
    for _ in range(2):
        print(ask("INCR", "count"), flush=True)
        sys.stdin.readline()
    print(ask("INCR", "count"), ask("ACL", "WHOAMI").decode(),
          redis_sessions.fields_of(ask("CLIENT", "INFO").decode())["db"])


def session(port, admin, shim):
    """What the program prints whose session is killed once, after its first command."""
    admin.execute_command("SELECT", 3)
    admin.delete("count")
    talk = redis_sessions.Talk(redis_sessions.this_file(port), shim=shim)
    time.sleep(REST_S)
    killed = admin.execute_command("CLIENT", "KILL", "USER", redis_sessions.USER)
    time.sleep(REST_S)
    return killed, talk.finish().splitlines()


def main():
    demands = harness.Demands()
    with redis_sessions.server() as (port, admin):
        demands.equal("with the rule", session(port, admin, True),
                      (1, ["2", f"3 {redis_sessions.USER} 3"]))
        killed, lines = session(port, admin, False)
        demands.equal("killed bare", killed, 1)
        demands.equal("bare, the last line", lines[-1].split(":")[0], "redis.exceptions.ConnectionError")
    demands.finish()


if sys.argv[1:2] == ["program"]:
    program(int(sys.argv[2]))
else:
    main()
