#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A file that is uploaded by FTP may begin like an HTTP request or a TLS handshake. Its data
connection, silent until the server answers 150, is no HTTP connection for that."""
import io

import protocols
from slow_ftp import log_in, serve, transfer

CLIENT_HELLO = b"\x16\x03\x01\x00\x05\x01\x00\x00\x01\x00"


def like_a_request(port):
    client = log_in(port, True)
    for text in (b"GET / HTTP/1.1\r\nHost: test\r\n\r\n", b"REPORT of a year\n", CLIENT_HELLO):
        transfer(client, f"like{port}", io.BytesIO(text))
    print(client.quit())


protocols.hold(protocols.own_server(serve), programs=[like_a_request])
