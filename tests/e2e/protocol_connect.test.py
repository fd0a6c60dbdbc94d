#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A tunnel through an HTTP proxy (tinyproxy): after CONNECT the connection is the tunnel. curl,
http.client and a raw client are silent in it before the first request and between requests."""
import http.client

import protocols
import tunnels


def raw(port):
    tunnel = tunnels.connect(port)
    print(tunnel.recv(1000).split(b"\r\n")[0])
    tunnels.talk_in_tunnel(tunnel)


def http_client(port):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.set_tunnel("127.0.0.1", tunnels.target())
    connection.connect()
    tunnels.requests_in_tunnel(connection)


protocols.hold(tunnels.tinyproxy, {"curl": tunnels.curl("-p -x http://127.0.0.1:{port}")},
               [raw, http_client])
