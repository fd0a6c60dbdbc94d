#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""An address that the program has not resolved goes by the name that it is called in TLS: a rule for that
name holds from the next connection on, with OpenSSL in reach (Python) and without (Node)."""
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
settings = os.path.join(harness.temporary_folder(), "preload.ini")
with open(settings, "w") as file:
    file.write(f"[peer {NAME}]\nidle = {harness.LIMIT_MS}ms\n")
for client in ("by_server_name.py", "by_server_name.js"):
    for name, wanted in WANTED.items():
        server = https_server.Server(https_server.context(authority))
        subprocess.run([os.path.join(harness.CLIENTS, client), str(server.port), name,
                        str(2 * harness.LIMIT_MS)], check=True,
                       env=harness.shim_environment({"UNSTALE_CONFIG": settings}))
        seen = [number for path in ("/first", "/second") for number, *_ in server.seen[path]]
        demands.equal(f"{client}, {name}: connections of the requests", seen, wanted)
demands.finish()
