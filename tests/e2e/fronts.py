# SPDX-License-Identifier: MIT
"""Servers that end TLS in the manner of one library and pass the plaintext on to the fault server,
which counts: OpenSSL (the fault server itself), Node, the JDK, GnuTLS and Go.
"""
import contextlib
import os
import subprocess

import harness

SERVERS = os.path.join(harness.REPO, "tests", "server")


def key_store(authority):
    """The certificate and its key as the JDK wants them."""
    store = os.path.join(harness.temporary_folder(), "server.p12")
    subprocess.run(["openssl", "pkcs12", "-export", "-in", authority.cert, "-inkey", authority.key,
                    "-out", store, "-passout", "pass:changeit"], check=True)
    return store


def command(kind, authority):
    if kind == "node":
        return [os.path.join(SERVERS, "tls_front.js"), authority.cert, authority.key]
    harness.build()
    if kind == "java":
        return ["java", "-cp", harness.BUILD, "TlsFront", key_store(authority)]
    return [os.path.join(harness.BUILD, f"{kind}_front"), authority.cert, authority.key]


@contextlib.contextmanager
def front(kind, authority, *options):
    """Yields the address of the front, and the fault server behind it."""
    if kind == "openssl":
        with harness.Server("--tls", authority.cert, authority.key, *options,
                            scheme="https") as server:
            yield server.url, server
        return
    with harness.Server(*options) as server, harness.running(
            [*command(kind, authority), str(server.port)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=harness.bare_environment()) as process:
        word, port = process.stdout.readline().split()
        assert word == "PORT", f"the {kind} front did not start"
        yield f"https://127.0.0.1:{port}", server
