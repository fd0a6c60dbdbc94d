#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""memcached with authentication (-Y): the first command is a set whose value is user and password,
and it belongs to the connection. When the server has closed that, the program must learn it, to log
in anew."""
import contextlib
import socket
import time

import harness
import protocols
import services

CLOSED_S = 4    # the server closes what was idle for 1 s, and looks every second or two


@contextlib.contextmanager
def memcached():
    port = services.free_port()
    path = harness.folder_file("accounts", "me:secret\n")
    command = ["memcached", "-l", "127.0.0.1", "-p", port, "-U", "0", "-Y", path, "-o",
               "idle_timeout=1"]
    with services.serving(port, command, **services.account("memcache")):
        yield port


def log_in(port):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"set login 0 0 9\r\nme secret\r\n")
    print("log in", connection.recv(100))
    return connection


def ask(connection):
    """b"" when the connection has ended."""
    try:
        connection.sendall(b"set key 0 0 5\r\nvalue\r\n")
        return connection.recv(100)
    except ConnectionError:
        return b""


def session(port):
    connection = log_in(port)
    time.sleep(CLOSED_S)
    for _ in range(3):
        answer = ask(connection)
        print(answer)
        if not answer:
            connection = log_in(port)


protocols.hold(memcached, programs=[session], connections={"session": 2})
