# SPDX-License-Identifier: MIT
"""What the traps written in Python share: the server of trap.h in small, and the client's checks.

The server is a process of its own without the shim. It answers each request with the number of the
connection as the body.
"""
import http.client
import os
import subprocess
import sys
import time

MODE = os.environ.get("TRAP_MODE", "bare")
REPAIRS = MODE in ("auto", "harshest")
STALE_S = 0.15
CLOCK_MONOTONIC_COARSE = 6  # <linux/time.h>; Python has no name for it

SERVER = """
import ctypes, itertools, signal, socketserver, threading
ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
numbers = itertools.count(1)
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        body = b"%d" % next(numbers)
        while line := self.rfile.readline():
            if line == b"\\r\\n":
                self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: %d\\r\\n\\r\\n%s"
                                 % (len(body), body))
server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
print(server.server_address[1], flush=True)
server.serve_forever()
"""


def serve():
    """Starts the server, which ends with this process, and returns its port."""
    environment = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
    server = subprocess.Popen([sys.executable, "-c", SERVER], env=environment,
                              stdout=subprocess.PIPE, text=True)
    return int(server.stdout.readline())


def connect(port):
    return http.client.HTTPConnection("127.0.0.1", port, timeout=10)


def request(connection):
    """The server's number of the connection."""
    connection.request("GET", "/")
    return int(connection.getresponse().read())


def go_stale():
    """By the kernel's clock of idle time, as trap_go_stale() of trap.c, which says why."""
    end = time.clock_gettime(CLOCK_MONOTONIC_COARSE) + STALE_S
    while (left := end - time.clock_gettime(CLOCK_MONOTONIC_COARSE)) > 0:
        time.sleep(left)


def check_repaired(connection, before):
    """Lets the connection go stale; then it is repaired if anything repairs, and works anyway."""
    go_stale()
    after = request(connection)
    if (after != before) != REPAIRS:
        sys.exit(f"{MODE}: connection {after} after {before}")
    return after
