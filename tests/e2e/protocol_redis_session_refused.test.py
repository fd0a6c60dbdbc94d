#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 90s
"""A session that cannot be made again is never half made: the program's write fails with ECONNRESET,
at once and each time, and the server carries nothing out. Whether the password has changed, the user
was taken away, the database is out of reach, the server does not answer, or answers nobody.

And what is no session to be repeated is left alone: one that a fork child holds, too, and one with
state that cannot be sent again.
"""
import concurrent.futures
import errno
import os
import signal
import socket
import sys
import time

import redis

import harness
import redis_sessions

LIMIT = "idle = 1s"    # a busy machine pauses a program for less
REST_S = 1.5
FAILED = f"failed with {errno.ECONNRESET}\n" * 2
WAIT_MOST_S = {True: 5, False: 1}    # with room for a busy machine: 1500 and 50 ms


def link(port, *commands):
    """A plain connection with these commands sent, and +OK received for each."""
    connection = socket.create_connection(("127.0.0.1", port))
    for words in commands:
        ask(connection, *words)
    return connection


def ask(connection, *words):
    connection.sendall(f"*{len(words)}\r\n".encode() +
                       b"".join(f"${len(word)}\r\n{word}\r\n".encode() for word in words))
    if not connection.getblocking():
        connection.setblocking(True)
    return connection.recv(65536).decode()


LOGIN = "AUTH", redis_sessions.USER, redis_sessions.USER_PASSWORD


def write_twice(connection):
    for _ in range(2):
        started = time.monotonic()
        try:
            connection.send(b"*3\r\n$3\r\nSET\r\n$5\r\nwrote\r\n$1\r\n1\r\n")
            print("written")
        except OSError as error:
            print("failed with", error.errno)
        if time.monotonic() - started > WAIT_MOST_S[connection.getblocking()]:
            print("after too long a wait")


def refused(port, change):
    """`change` is made by the administrator between two lines of the standard output."""
    connection = link(port, LOGIN, ("SELECT", "5"))
    if change.endswith("nonblocking"):
        connection.setblocking(False)
    print("ready", flush=True)
    sys.stdin.readline()
    time.sleep(REST_S)
    write_twice(connection)


def stopped(admin, server):
    os.kill(server, signal.SIGSTOP)


CHANGES = {
    "password": lambda admin, server: admin.acl_setuser(
        redis_sessions.USER, reset=True, enabled=True, passwords=["+other"], keys="*",
        commands=["+@all"]),
    "user": lambda admin, server: admin.acl_deluser(redis_sessions.USER),
    "right": lambda admin, server: admin.acl_setuser(redis_sessions.USER, commands=["-select"]),
    "stopped": stopped,
    "stopped, nonblocking": stopped,
    "gone": lambda admin, server: os.kill(server, signal.SIGKILL),
}


def fork_child(port):
    """Neither of the two may repair: each would take the session from under the other."""
    connection = link(port, LOGIN, ("SELECT", "5"))
    for turn in ("child", "parent"):
        child = os.fork() if turn == "child" else 0
        if turn == "child" and child:
            os.waitpid(child, 0)
            continue
        time.sleep(REST_S)
        print(turn, ask(connection, "INCR", "x").strip(), flush=True)
        if turn == "child":
            os._exit(0)


def held_by_child(port):
    """Nobody knows whether the child is about to read."""
    connection = link(port, LOGIN, ("SELECT", "5"))
    child = os.fork()
    if not child:
        signal.pause()
    time.sleep(REST_S)
    print(ask(connection, "INCR", "x").strip())
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def watched(port):
    connection = link(port, LOGIN, ("WATCH", "x"))
    time.sleep(REST_S)
    print(ask(connection, "GET", "x").strip())


def unread(port):
    """The reply to the first SELECT is still to be read: what the session will be is not known."""
    connection = link(port, LOGIN)
    connection.sendall(b"*2\r\n$6\r\nSELECT\r\n$1\r\n5\r\n")
    time.sleep(REST_S)
    print(connection.send(b"*2\r\n$6\r\nSELECT\r\n$1\r\n6\r\n"))


ALONE = {fork_child: "child :1\nparent :2\n", held_by_child: ":1\n", watched: "$-1\n", unread: "23\n"}


def try_change(change):
    """Returns (the program's output, what it has written)."""
    with redis_sessions.server() as (port, admin):
        server = admin.info("server")["process_id"]
        run = redis_sessions.Talk(redis_sessions.this_file("refused", port, change), LIMIT)
        CHANGES[change](admin, server)
        output = run.finish()
        if change.startswith("stopped"):
            os.kill(server, signal.SIGCONT)
        return output, admin.get("wrote") if change != "gone" else None


def try_alone(program):
    with redis_sessions.server() as (port, _):
        return redis_sessions.Run(redis_sessions.this_file(program.__name__, port), LIMIT)


def main():
    demands = harness.Demands()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        changes = {change: pool.submit(try_change, change) for change in CHANGES}
        alone = {program: pool.submit(try_alone, program) for program in ALONE}
    for change, result in changes.items():
        output, wrote = result.result()
        demands.equal(f"{change}: the program's writes", output, FAILED)
        demands.equal(f"{change}: what the server has stored", wrote, None)
    for program, result in alone.items():
        demands.equal(f"{program.__name__}: output", result.result().output, ALONE[program])
        demands.equal(f"{program.__name__}: repairs", result.result().repairs, [])
    demands.finish()


if sys.argv[1:2] == ["program"]:
    globals()[sys.argv[2]](int(sys.argv[3]), *sys.argv[4:])
else:
    main()
