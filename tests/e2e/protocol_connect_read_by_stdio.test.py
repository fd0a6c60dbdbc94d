#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A program that reads the proxy's answer to CONNECT by stdio, past the shim, has a tunnel all the
same: what it then sends may look like a request between exchanges, but is for the tunnel only."""
import ctypes

import protocols
import tunnels


def reads_by_stdio(port):
    tunnel = tunnels.connect(port)
    libc = ctypes.CDLL(None)
    libc.fdopen.restype = ctypes.c_void_p
    stream = libc.fdopen(tunnel.fileno(), b"r")
    line = ctypes.create_string_buffer(1000)
    while line.value != b"\r\n":
        assert libc.fgets(line, len(line), ctypes.c_void_p(stream))
    tunnels.talk_in_tunnel(tunnel)


protocols.hold(tunnels.tinyproxy, programs=[reads_by_stdio])
