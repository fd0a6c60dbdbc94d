# SPDX-License-Identifier: MIT
"""How much a server has done up to now, asked of the server itself. Each function gives one that
returns the count, without what the asking itself added to it."""
import re
import socket
import subprocess

import tools


def asked(port, request, end, figures, own):
    """`request` goes out on a connection that is kept; the answer is whole where `end` matches, the
    count is the sum of what `figures` finds in it. `own`: what asking once adds to the count."""
    connection = socket.create_connection(("127.0.0.1", port), tools.READY_S)
    times = 0

    def count():
        nonlocal times
        connection.sendall(request)
        answer = b""
        while not re.search(end, answer):
            more = connection.recv(65536)
            if not more:
                raise tools.Missing(f"the server on port {port} ended")
            answer += more
        times += 1
        return sum(map(int, re.findall(figures, answer))) - own * times
    return count


def redis(port):
    return asked(port, b"INFO stats\r\nPING\r\n", rb"\+PONG\r\n$", rb"total_commands_processed:(\d+)",
                 own=2)


def nginx(port):
    return asked(port, b"GET /status HTTP/1.1\r\nHost: x\r\n\r\n", rb"Waiting: \d+ \n$",
                 rb"\n (?:\d+) (?:\d+) (\d+) \n", own=1)


def memcached(port):
    return asked(port, b"stats\r\n", rb"END\r\n$", rb"STAT cmd_[gs]et (\d+)", own=0)


def postgres(port):
    """PostgreSQL tells its counts once in a second; but a query of pgbench is one segment, and the
    kernel counts those that came to the server."""
    [program] = tools.need("ss")
    command = [program, "-tinH", "state", "established", "sport", "=", f":{port}"]

    def count():
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        return sum(map(int, re.findall(r"data_segs_in:(\d+)", answer)))
    return count
