#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""Another server than before answers the reconnected connection: not one byte of the request reaches
it, whether the program verifies certificates or not, over TLS 1.3 and 1.2. The impostor's certificate
is one that the same authority has signed for the same name, so only its key betrays it."""
import os
import subprocess

import harness
import impostor
import tls

authority = tls.make_authority()
other = tls.sign(authority, "other")
demands = harness.Demands()
for verifies in ("yes", "no"):
    for version in ("1.3", "1.2"):
        environment = {**harness.shim_environment({**harness.IDLE_LIMIT, "UNSTALE_LOG": "stderr"}),
                       "SSL_CERT_FILE": authority.ca}
        with impostor.Impostor(impostor.context(authority), impostor.context(other)) as server:
            run = subprocess.run(
                [os.path.join(harness.CLIENTS, "two_requests.py"), str(server.port), "400", verifies,
                 version], env=environment, text=True, capture_output=True)
            what = f"verifies: {verifies}, TLS {version}: "
            demands.equal(what + "requests served before", server.served, 1)
            demands.equal(what + "handshakes with the impostor", server.handshakes, 1)
            demands.equal(what + "bytes that reached it", len(server.stolen), 0)
            demands.equal(what + "the program was told", run.stdout.strip() in (
                "ConnectionResetError", "SSLEOFError"), True)
            demands.equal(what + "the log says why", "action=refused reason=other-server" in run.stderr,
                          True)
            if demands.broken:
                demands.finish(run.stdout, run.stderr)
demands.finish()
