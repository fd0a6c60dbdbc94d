#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 90s
"""The server's timeout is learned over TLS, too, from a server that says goodbye (close_notify) before
its FIN, and whose responses take as long as its timeout: of Python's http.client, which never looks,
of Ruby's Net::HTTP, which says goodbye itself before it closes, so that the server resets it, and of
Node, whose sessions we cannot read, and which waits for it.
"""
import concurrent.futures
import os
import subprocess
import sys

import harness
import origins
import tls

sys.path.insert(0, os.path.join(harness.REPO, "report"))
sys.dont_write_bytecode = True
import ledger  # noqa: E402

ROUNDS = "3"
TIMEOUT_S = 1
PAUSE_MS = 1700
SERVER = """
        listen 127.0.0.1:{{port}} ssl;
        ssl_certificate {cert};
        ssl_certificate_key {key};
        keepalive_timeout {timeout}s;
        limit_rate 8k;
        location / {{{{ try_files /page =404; }}}}
"""
CLIENTS = {"http.client": [harness.PYTHON, os.path.join(harness.CLIENTS, "python_http_client.py")],
           "Node": ["node", os.path.join(harness.CLIENTS, "node_http_agent.js")],
           "Ruby": ["ruby", os.path.join(harness.CLIENTS, "ruby_net_http.rb")]}


def learned(command, port, authority):
    """The peer as the client's ledger has it, after some pauses that are longer than the timeout."""
    folder = os.path.join(harness.temporary_folder(), os.path.basename(command[-1]))
    os.mkdir(folder)
    environment = {**harness.shim_environment({"UNSTALE_LEDGER": folder}),
                   "SSL_CERT_FILE": authority.ca, "NODE_EXTRA_CA_CERTS": authority.ca}
    subprocess.run([*command, f"https://127.0.0.1:{port}", "GET", ROUNDS, str(PAUSE_MS)],
                   env=environment, check=True, stdout=subprocess.DEVNULL)
    [peer] = ledger.read([folder], lambda path, reason: sys.exit(f"{path}: {reason}"))
    return peer


def main():
    demands = harness.Demands()
    authority = tls.make_authority()
    lines = SERVER.format(cert=authority.cert, key=authority.key, timeout=TIMEOUT_S)
    with origins.nginx(lines, [("page", 12000 * "x")]) as (port, _), \
            concurrent.futures.ThreadPoolExecutor() as pool:
        jobs = {name: pool.submit(learned, command, port, authority)
                for name, command in CLIENTS.items()}
        for name, job in jobs.items():
            peer = job.result()
            demands.equal(f"exchanges of {name}", peer.counts["exchanged"], int(ROUNDS))
            demands.more_than(f"the timeout as {name} has it, ms", peer.timeout_ms,
                              TIMEOUT_S * 950)
            demands.more_than(f"more than that of {name}, ms", TIMEOUT_S * 1300, peer.timeout_ms)
    demands.finish()


main()
