#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""PHP's streams make the descriptor non-blocking around each call, and give up a write for which
OpenSSL has to read. So their sessions are not begun anew, where a request would go nowhere and the
program would wait for its answer: past the limit a write fails at once."""
import json
import subprocess

import harness
import race
import tls

ROUNDS = 4
CLIENT_LIMIT_S = 30

authority = tls.make_authority()
demands = harness.Demands()
environment = {**harness.shim_environment(harness.IDLE_LIMIT), "SSL_CERT_FILE": authority.ca}
with harness.Server("--mode", "stay", "--tls", authority.cert, authority.key,
                    scheme="https") as server:
    client = race.script("php-streams", "php_streams.php").command
    output = subprocess.run([*client, server.url, "GET", str(ROUNDS), str(2 * harness.LIMIT_MS)],
                            env=environment, stdout=subprocess.PIPE, timeout=CLIENT_LIMIT_S).stdout
    stats = server.stats()
report = json.loads(output)
demands.equal("answers and refused writes", report["ok"] + report["lost"], ROUNDS)
demands.equal("requests that the server read", stats["requests"], report["ok"])
demands.equal("requests that came twice", stats["served_twice_or_more"], 0)
demands.finish()
