#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""What programs do with an SSL object decides whether its session is begun anew after an idle time past
the built-in limit of 4 s, or passed over: then the second request goes out on the old connection. In
both cases it is answered. What is begun anew has the SNI and the ALPN of before."""
import concurrent.futures
import contextlib
import os
import socket
import ssl
import subprocess
import threading

import harness
import tls

RENEWED = {"plain": True, "modes": True, "read-in-between": True, "read-ahead": True,
           "no-tickets": True, "certificate": True,
           "info-callback": False, "memory-bio": False, "filter-bio": False, "two-numbers": False,
           "early-data": False, "async": False, "exporter": False, "finished": False,
           "key-update": False, "fork": False}
GAP_MS = 4500
RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Notes the connection of each request, and the server name that it was opened with."""

    def __init__(self, authority):
        self.seen = {}
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(authority.cert, authority.key)
        self.context.sni_callback = self.note_name
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @staticmethod
    def note_name(stream, name, _):
        stream.name = name

    def accept(self):
        number = 0
        while True:
            number += 1
            threading.Thread(target=self.serve, args=(self.listener.accept()[0], number),
                             daemon=True).start()

    def serve(self, raw, number):
        with contextlib.suppress(OSError), self.context.wrap_socket(raw, server_side=True) as stream:
            while request := stream.recv(65536):
                path = request.split()[1].decode()
                self.seen.setdefault(path[1:], []).append((number, stream.name))
                stream.sendall(RESPONSE)


def run(case, port, environment):
    return subprocess.run([os.path.join(harness.BUILD, "openssl_cases"), case, str(port), str(GAP_MS)],
                          env=environment, text=True, stdout=subprocess.PIPE, timeout=20).stdout.strip()


harness.build()
demands = harness.Demands()
for name, environment in (("bare", harness.bare_environment()),
                          ("shim", harness.shim_environment({"UNSTALE_LOG": "stderr"}))):
    server = Server(tls.make_authority())
    with concurrent.futures.ThreadPoolExecutor(len(RENEWED)) as pool:
        runs = {case: pool.submit(run, case, server.port, environment) for case in RENEWED}
        outcomes = {case: done.result() for case, done in runs.items()}
    for case, renewed in RENEWED.items():
        what = f"{name}, {case}: "
        demands.equal(what + "the second request was", outcomes[case], "answered")
        seen = server.seen.get(case, [])
        connections = {number for number, _ in seen}
        demands.equal(what + "requests", len(seen), 2)
        demands.equal(what + "connections", len(connections), 2 if renewed and name == "shim" else 1)
        demands.equal(what + "server names", {sni for _, sni in seen}, {"name.example"})
demands.finish()
