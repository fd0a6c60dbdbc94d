#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A proxy says goodbye to an idle connection with a 408 and a FIN. Whoever sends its request then
takes the 408 for the answer. Under the shim the request goes out on a new connection, and the
408 is never seen; unless the program has read it, which is then its own affair.

HAProxy does it to a connection that was never used (`timeout http-request`). Others do it to one
between two requests as well, which a scripted server shows. What comes unasked and without a FIN is
a push: such a connection is left alone.
"""
import contextlib
import socket
import sys
import threading
import time

import harness
import redis_sessions
import services

GOODBYE = b"HTTP/1.1 408 Request Time-out\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REQUEST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
REST_S = 1.5
CONFIGURATION = """
defaults
    mode http
    timeout connect 5s
    timeout client 20s
    timeout server 20s
    timeout http-request 500ms
frontend front
    bind 127.0.0.1:{port}
    http-request return status 200
"""


def status(connection):
    return connection.recv(65536).split(b" ")[1].decode()


def ask(connection):
    connection.sendall(REQUEST)
    return status(connection)


def fresh(port):
    connection = socket.create_connection(("127.0.0.1", port))
    time.sleep(REST_S)
    print(ask(connection))


def resting(port):
    connection = socket.create_connection(("127.0.0.1", port))
    print(ask(connection), end=" ")
    time.sleep(REST_S)
    print(ask(connection))


def reading(port):
    """The goodbye is read, and then a request is written to the connection that has ended."""
    connection = socket.create_connection(("127.0.0.1", port))
    print(ask(connection), end=" ")
    time.sleep(REST_S)
    print(status(connection), end=" ")
    connection.sendall(REQUEST)
    with contextlib.suppress(ConnectionError):
        print(connection.recv(65536).decode(), end="")
    print("ended")


def say_goodbye(connection):
    """One answer, and a while later the goodbye."""
    with connection:
        connection.recv(65536)
        connection.sendall(ANSWER)
        time.sleep(REST_S / 3)
        connection.sendall(GOODBYE)


def push(connection):
    """The same without an end: the next answers follow on the same connection."""
    with connection, contextlib.suppress(ConnectionError):
        connection.recv(65536)
        connection.sendall(ANSWER)
        time.sleep(REST_S / 3)
        connection.sendall(GOODBYE.replace(b"Connection: close\r\n", b""))
        while connection.recv(65536):
            connection.sendall(ANSWER)


def scripted(answer):
    """A server whose every connection is answered so. Returns its port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def accept():
        while True:
            threading.Thread(target=answer, args=[listener.accept()[0]], daemon=True).start()
    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def haproxy():
    port = services.free_port()
    path = harness.folder_file("haproxy.cfg", CONFIGURATION.format(port=port))
    return port, services.serving(port, ["haproxy", "-db", "-f", path])


def main():
    demands = harness.Demands()
    port, proxy = haproxy()
    # (program, port, what it sees bare, what under the shim, repairs)
    with proxy:
        cases = [(fresh, port, "408\n", "200\n", 1),
                 (resting, scripted(say_goodbye), "200 408\n", "200 200\n", 1),
                 (reading, scripted(say_goodbye), "200 408 ended\n", "200 408 ended\n", 0),
                 (resting, scripted(push), "200 408\n", "200 408\n", 0)]
        for program, target, bare, shimmed, repairs in cases:
            command = redis_sessions.this_file(program.__name__, target)
            if bare:
                demands.equal(f"{program.__name__}, bare",
                              redis_sessions.Run(command, shim=False).output, bare)
            run = redis_sessions.Run(command)
            demands.equal(f"{program.__name__}", run.output, shimmed)
            demands.equal(f"{program.__name__}: repairs", len(run.repairs), repairs)
    demands.finish()


if sys.argv[1:2] == ["program"]:
    globals()[sys.argv[2]](int(sys.argv[3]))
else:
    main()
