#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Two servers with keys of their own take turns behind one address, and never close. The first session
that is begun anew meets the other one and is refused; from then on they are left alone, and nothing
fails any more. Bare nothing does at all."""
import json
import os
import subprocess

import harness
import https_server
import tls

ROUNDS = 6


class Farm(https_server.Server):
    """Each connection goes to the other server than the last one."""

    def __init__(self, *contexts):
        self.contexts = contexts
        super().__init__(contexts[0])

    def context_of(self, number):
        return self.contexts[number % len(self.contexts)]


demands = harness.Demands()
authority = tls.make_authority()
servers = (authority, tls.sign(authority, "other"))
for name, environment, lost in (("bare", harness.bare_environment(), 0),
                                ("with the shim", harness.shim_environment(harness.IDLE_LIMIT), 1)):
    farm = Farm(*(https_server.context(server) for server in servers))
    run = subprocess.run([os.path.join(harness.CLIENTS, "python_http_client.py"),
                          f"https://127.0.0.1:{farm.port}", "GET", str(ROUNDS),
                          str(2 * harness.LIMIT_MS)], stdout=subprocess.PIPE, check=True,
                         env={**environment, "SSL_CERT_FILE": authority.ca})
    report = json.loads(run.stdout)
    demands.equal(f"{name}: lost", report["lost"], lost)
    demands.equal(f"{name}: answered", report["ok"], ROUNDS - lost)
    demands.equal(f"{name}: requests that reached a server",
                  sum(len(seen) for seen in farm.seen.values()), ROUNDS - lost)
demands.finish()
