#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two TLS connections, one after the other, to an address that was never resolved, for a server's name:
PORT NAME GAP_MS. Two requests over each, with a pause between."""
import socket
import ssl
import sys
import time

port, name, gap_ms = sys.argv[1:]
context = ssl.create_default_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
for connection in ("first", "second"):
    with socket.create_connection(("127.0.0.1", int(port))) as raw, \
            context.wrap_socket(raw, server_hostname=name) as stream:
        for _ in range(2):
            stream.sendall(f"GET /{connection} HTTP/1.1\r\nHost: {name}\r\n\r\n".encode())
            stream.recv(4096)
            time.sleep(int(gap_ms) / 1000)
