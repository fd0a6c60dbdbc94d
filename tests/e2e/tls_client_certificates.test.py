#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A session that is begun anew shows the server the client certificate that it knew before, resumed or
not, over TLS 1.3 and 1.2. Where the program has meanwhile set another one, and the session cannot be
resumed, nothing is sent. One that showed its certificate after the handshake (TLS 1.3) is not begun anew:
past the limit that is set its write fails, as in any TLS that cannot be."""
import concurrent.futures
import os
import ssl
import subprocess

import harness
import https_server
import tls

SAME = ("client-certificate", "client-certificate-tls12", "client-certificate-forgets",
        "client-certificate-tls12-forgets", "client-certificate-changes")
CHANGED = "client-certificate-changes-forgets"
LATER = "post-handshake"
ANSWERED, RESET = ["answered"], ["Connection reset by peer"]
GAP_MS = 2 * harness.LIMIT_MS


def run(case, server):
    return subprocess.run([os.path.join(harness.BUILD, "openssl_cases"), case, str(server.port),
                           str(GAP_MS)], env=environment, text=True, capture_output=True,
                          timeout=20, check=False)


def context(case):
    made = https_server.context(authority, verify_mode=ssl.CERT_REQUIRED,
                                post_handshake_auth=case == LATER)
    if "forgets" in case:
        made.num_tickets = 0
        made.options |= ssl.OP_NO_TICKET
    return made


harness.build()
authority = tls.make_authority()
client, other = (tls.sign(authority, name, subject=f"/CN={name}") for name in ("client", "other"))
environment = harness.shim_environment({
    **harness.IDLE_LIMIT, "UNSTALE_LOG": "stderr", "CLIENT_CERT": client.cert, "CLIENT_KEY": client.key,
    "OTHER_CERT": other.cert, "OTHER_KEY": other.key})
demands = harness.Demands()
servers = {case: https_server.Server(context(case)) for case in (*SAME, CHANGED, LATER)}
with concurrent.futures.ThreadPoolExecutor(len(servers)) as pool:
    runs = {case: pool.submit(run, case, server) for case, server in servers.items()}
    outcomes = {case: done.result() for case, done in runs.items()}

for case, server in servers.items():
    said, seen = outcomes[case].stdout.splitlines(), server.seen.get(f"/{case}", [])
    requests = [(number, shown) for number, _, shown in seen]
    if case in SAME:
        demands.equal(case, (said, requests), (ANSWERED * 2, [(1, "client")] * 3 + [(2, "client")]))
    elif case == LATER:
        demands.equal(case, (said, requests), (ANSWERED + RESET, [(1, None)] + [(1, "client")] * 2))
    else:
        demands.equal(case, (said, requests), (ANSWERED + RESET, [(1, "client")] * 3))
        demands.equal(case + ": shown in the handshakes", server.clients, ["client", "other"])
        demands.equal(case + ": log", "action=refused reason=other-server" in
                      outcomes[case].stderr, True)
demands.finish()
