#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 90s
"""With the rule `protocol = redis` a session with a user, a database and a name goes on after the
server has closed it, or at the limit: the program loses no call, no command is carried out twice,
and the server itself (CLIENT INFO) knows user, database, name and protocol as before.

redis-py blocks or, with a timeout, does not; hiredis blocks, with and without SO_SNDTIMEO; redis-cli
is fed by a pipe; one program speaks RESP3 on a plain socket.
"""
import concurrent.futures
import socket
import sys
import time

import redis

import harness
import redis_sessions

TURNS = 2
CLOSED_S = 3.5    # the server closes what was idle for 1 s, and looks for it once in a while
REST_S = 1.5
LIMIT = "idle = 1s"    # a busy machine pauses a program for less
KEPT = {"name": "kept", "db": "5"}


def turns(ask, rest_s):
    """Opens with one call, then TURNS calls after a rest each. Shows what came."""
    for turn in range(1 + TURNS):
        if turn:
            time.sleep(rest_s)
        try:
            print(ask("INCR", "count"))
        except redis.ConnectionError:
            print("lost")
            return
    print(ask("CLIENT", "INFO"))


def redis_py(port, rest_s, timeout_s=None):
    connection = redis.Connection(port=port, db=5, username=redis_sessions.USER,
                                  password=redis_sessions.USER_PASSWORD, client_name="kept",
                                  socket_timeout=timeout_s, decode_responses=True)

    def ask(*words):
        connection.send_command(*words)
        return connection.read_response()
    turns(ask, rest_s)


def redis_py_with_timeout(port, rest_s):
    redis_py(port, rest_s, 10)


def resp3(port, rest_s):
    """HELLO with AUTH and SETNAME as its options, and what later libraries tell of themselves."""
    link = socket.create_connection(("127.0.0.1", port))

    def ask(*words):
        try:
            link.sendall(f"*{len(words)}\r\n".encode() +
                         b"".join(f"${len(word)}\r\n{word}\r\n".encode() for word in words))
            reply = link.recv(65536).decode()
        except ConnectionError:
            reply = ""
        if not reply:
            raise redis.ConnectionError
        return reply.strip().splitlines()[-1].removeprefix(":").removeprefix("txt:")
    ask("HELLO", "3", "AUTH", redis_sessions.USER, redis_sessions.USER_PASSWORD, "SETNAME", "kept")
    ask("READONLY")
    ask("select", "5")
    turns(ask, rest_s)


def hiredis(port, rest_s, timeout_ms=0):
    script = [f"AUTH {redis_sessions.USER} {redis_sessions.USER_PASSWORD}", "SELECT 5",
              "CLIENT SETNAME kept", "INCR count",
              *[f"sleep {int(1000 * rest_s)}", "INCR count"] * TURNS, "CLIENT INFO"]
    return [f"{harness.BUILD}/redis_script", port, timeout_ms], "\n".join(script)


def hiredis_with_timeout(port, rest_s):
    return hiredis(port, rest_s, 1000)


def redis_cli(port, rest_s):
    ask = f"sleep {1 + rest_s}; echo INCR count; "    # its start takes a while
    typed = f"(echo CLIENT SETNAME kept; echo INCR count; {ask * TURNS} echo CLIENT INFO)"
    return ["sh", "-c", f"{typed} | redis-cli -p {port} -n 5 --no-auth-warning --user "
            f"{redis_sessions.USER} --pass {redis_sessions.USER_PASSWORD}"], None


def programs(port, rest_s):
    """(name, command, what is typed into it)"""
    for program in (redis_py, redis_py_with_timeout, resp3):
        yield program.__name__, redis_sessions.this_file(program.__name__, port, rest_s), None
    for program in (hiredis, hiredis_with_timeout, redis_cli):
        yield program.__name__, *program(port, rest_s)


def check(name, run, reason, demands):
    lines = run.output.split("\n")
    counts = [line for line in lines if line.isdigit()]
    demands.equal(f"{name}: calls", counts, [str(1 + turn) for turn in range(1 + TURNS)])
    info = redis_sessions.fields_of(next((line for line in lines if line.startswith("id=")), ""))
    wanted = {**KEPT, "user": redis_sessions.USER, "resp": "3" if "resp3" in name else "2"}
    demands.equal(f"{name}: session", {field: info.get(field) for field in wanted}, wanted)
    demands.equal(f"{name}: repairs", run.repairs, [f"reconnect reason={reason}"] * TURNS)


def case(program, settings, rest_s, shim=True, **server):
    """Each run has a server of its own, since all count in the same place."""
    with redis_sessions.server(**server) as (port, _):
        command, typed = next(rest for name, *rest in programs(port, rest_s) if name == program)
        return redis_sessions.Run(command, *settings, shim=shim, typed=typed)


def main():
    demands = harness.Demands()
    names = [name for name, *_ in programs(0, 0)]
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        closed = {name: pool.submit(case, name, [], CLOSED_S, timeout=1) for name in names}
        bare = {name: pool.submit(case, name, [], CLOSED_S, False, timeout=1) for name in names}
        limit = {name: pool.submit(case, name, [LIMIT], REST_S) for name in names}
    for name in names:
        check(f"{name}, closed", closed[name].result(), "peer-closed", demands)
        check(f"{name}, limit", limit[name].result(), "limit", demands)
        lost = bare[name].result().output
        demands.equal(f"{name}, bare: lost a call", "3\n" in lost and "db=5" in lost, False)
    demands.finish()


if sys.argv[1:2] == ["program"]:
    globals()[sys.argv[2]](int(sys.argv[3]), float(sys.argv[4]))
else:
    harness.build()
    main()
