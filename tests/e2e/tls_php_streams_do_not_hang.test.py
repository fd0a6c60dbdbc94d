#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""PHP's streams make the descriptor non-blocking around each call, and give up a write for which OpenSSL
has to read. So their session's new handshake is waited for within the write, but not for ever: where who
answers is silent, the write fails, nothing was sent, and the program goes on."""
import json
import subprocess

import harness
import impostor
import impostors
import race
import tls

ROUNDS = 2
CLIENT_LIMIT_S = 30     # far below the 60 s that a stream waits for an answer by itself

authority = tls.make_authority()
demands = harness.Demands()
environment = {**harness.shim_environment({**harness.IDLE_LIMIT, "UNSTALE_LOG": "stderr"}),
               "SSL_CERT_FILE": authority.ca}
with impostor.Impostor(impostor.context(authority), impostors.silence) as server:
    client = race.script("php-streams", "php_streams.php").command
    run = subprocess.run([*client, f"https://127.0.0.1:{server.port}", "POST", str(ROUNDS),
                          str(2 * harness.LIMIT_MS)], env=environment, text=True,
                         capture_output=True, timeout=CLIENT_LIMIT_S, check=False)
report = json.loads(run.stdout)
demands.equal("answered", report["ok"], 1)
demands.equal("failed", report["lost"], 1)
demands.equal("connections to who is silent", server.met, 1)
demands.equal("of the request, it saw", server.stolen, b"")
demands.equal("the log says why", "action=refused reason=handshake" in run.stderr, True)
demands.finish(run.stderr)
