#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""What programs do with an SSL object decides whether its session is begun anew after an idle time past
the built-in limit of 4 s, or passed over: then the next request goes out on the old connection. In
both cases it ends as it does bare, and so does one that comes right after what the program did, when
unstale has found the session by the object alone before. What is begun anew has the SNI and the ALPN of
before."""
import concurrent.futures
import os
import ssl
import subprocess

import harness
import https_server
import tls

RENEWED = {"plain": True, "modes": True, "read-in-between": True, "read-ahead": True,
           "no-tickets": True, "certificate": True, "dup-before": True, "shutdown-unsaid": True,
           "unblocked-and-back": True, "unblocked": False,
           "info-callback": False, "memory-bio": False, "filter-bio": False, "own-bio": False,
           "two-numbers": False, "early-data": False, "async": False, "exporter": False,
           "finished": False, "key-update": False, "renegotiation": False, "fork": False,
           "dup-after": False, "shutdown-received": False, "shutdown-sent": False,
           "kernel-tls": False, "other-number": True, "memory-bio-later": False}
# Requests that reach the server, where it is not all four.
REQUESTS = {"shutdown-sent": 2}
UNANSWERED = ("shutdown-received", "shutdown-sent")
NO_KERNEL_TLS = "no kernel TLS here"
ALLOW_CLIENT_RENEGOTIATION = 0x100      # SSL_OP_ALLOW_CLIENT_RENEGOTIATION
GAP_MS = 4500


def run(case, port, environment):
    return subprocess.run([os.path.join(harness.BUILD, "openssl_cases"), case, str(port), str(GAP_MS)],
                          env=environment, text=True, stdout=subprocess.PIPE, timeout=20).stdout.split("\n")[:-1]


harness.build()
demands = harness.Demands()
authority = tls.make_authority()
options = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).options | ALLOW_CLIENT_RENEGOTIATION
servers = {name: https_server.Server(https_server.context(authority, options=options))
           for name in ("bare", "shim")}
environments = {"bare": harness.bare_environment(), "shim": harness.shim_environment({})}
with concurrent.futures.ThreadPoolExecutor(2 * len(RENEWED)) as pool:
    runs = {(name, case): pool.submit(run, case, server.port, environments[name])
            for name, server in servers.items() for case in RENEWED}
    outcomes = {each: done.result() for each, done in runs.items()}
for (name, case), outcome in outcomes.items():
    what = f"{name}, {case}: "
    if outcome == [NO_KERNEL_TLS]:
        print(f"skipped: {case}: {NO_KERNEL_TLS}")
        continue
    if case in UNANSWERED:
        demands.equal(what + "the later requests were", outcome, outcomes["bare", case])
    demands.equal(what + "the later requests were answered", outcome == ["answered"] * 2,
                  case not in UNANSWERED)
    seen = servers[name].seen.get(f"/{case}", [])
    connections = {number for number, *_ in seen}
    demands.equal(what + "requests", len(seen), REQUESTS.get(case, 4))
    demands.equal(what + "connections", len(connections),
                  2 if RENEWED[case] and name == "shim" else 1)
    demands.equal(what + "server names", {sni for _, sni, _ in seen}, {"name.example"})
demands.finish()
