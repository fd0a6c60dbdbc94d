#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SOCKS5 through microsocks: the tunnel belongs to the connection. curl, and a raw client that is
silent at every step of the handshake too, speak HTTP inside it."""
import contextlib
import socket

import protocols
import services
import tunnels
from protocols import pause

NO_AUTHENTICATION = b"\x05\x01\x00"
CONNECT_IPV4 = b"\x05\x01\x00\x01"


@contextlib.contextmanager
def microsocks():
    port = services.free_port()
    with tunnels.origin(), services.serving(port, ["microsocks", "-i", "127.0.0.1", "-p", port]):
        yield port


def raw(port):
    tunnel = socket.create_connection(("127.0.0.1", port))
    pause()
    tunnel.sendall(NO_AUTHENTICATION)
    print(tunnel.recv(2))
    pause()
    address = socket.inet_aton("127.0.0.1") + tunnels.target().to_bytes(2, "big")
    tunnel.sendall(CONNECT_IPV4 + address)
    print(tunnel.recv(10))
    tunnels.talk_in_tunnel(tunnel)


protocols.hold(microsocks, {"curl": tunnels.curl("--socks5 127.0.0.1:{port}"),
                            "curl socks5h": tunnels.curl("--socks5-hostname 127.0.0.1:{port}")},
               [raw])
