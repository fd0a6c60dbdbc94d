#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""HAProxy as a reverse proxy that always reuses server connections and never retries. See
proxy.py."""
import proxy


def config(port, peer, _folder, authority):
    tls = f"ssl verify required ca-file {authority} alpn http/1.1" if authority else ""
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
    server one {peer} {tls} pool-purge-delay 600s
"""


proxy.run("haproxy", lambda file, _folder: ["/usr/sbin/haproxy", "-db", "-f", file], config)
