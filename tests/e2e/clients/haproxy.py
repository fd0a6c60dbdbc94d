#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""HAProxy as a reverse proxy that always reuses server connections and never retries. See
proxy.py."""
import proxy


def config(port, peer, _folder):
    return f"""
global
    nbthread 1
defaults
    mode http
    timeout connect 10s
    timeout client 60s
    timeout server 60s
    retries 0
frontend client
    bind 127.0.0.1:{port}
    default_backend server
backend server
    http-reuse always
    server one {peer} pool-purge-delay 600s
"""


proxy.run("haproxy", lambda file, _folder: ["/usr/sbin/haproxy", "-db", "-f", file], config)
