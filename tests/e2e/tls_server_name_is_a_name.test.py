#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An address that the program has not resolved goes by the name that it is called in TLS: a rule for that
name holds from the next connection on, with OpenSSL in reach (Python) and without (Node)."""
import concurrent.futures
import os
import subprocess

import harness
import https_server
import tls

NAME = "api.example"
# The connection of each request: the second one of the second connection comes too late for the rule.
WANTED = {NAME: [1, 1, 2, 3], "other.example": [1, 1, 2, 2]}

demands = harness.Demands()
authority = tls.make_authority()
environment = harness.ruled_environment(f"[peer {NAME}]\nidle = {harness.LIMIT_MS}ms\n")


def connections(client, name):
    """Of the requests, in order."""
    server = https_server.Server(https_server.context(authority))
    subprocess.run([os.path.join(harness.CLIENTS, client), str(server.port), name,
                    str(2 * harness.LIMIT_MS)], check=True,
                   env=environment)
    return [number for path in ("/first", "/second") for number, *_ in server.seen[path]]


with concurrent.futures.ThreadPoolExecutor() as pool:
    runs = {(client, name): pool.submit(connections, client, name)
            for client in ("by_server_name.py", "by_server_name.js") for name in WANTED}
    for (client, name), run in runs.items():
        demands.equal(f"{client}, {name}: connections of the requests", run.result(), WANTED[name])
demands.finish()
