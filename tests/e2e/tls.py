# SPDX-License-Identifier: MIT
"""A certificate authority of the test's own, so that https clients verify for real.

The server's certificate is for 127.0.0.1. Keys are made anew in each run; nothing secret is stored.
"""
import os
import re
import ssl
import subprocess
from dataclasses import dataclass

import harness
import protocols

NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


@dataclass
class Authority:
    ca: str
    cert: str
    key: str


def openssl(folder, *arguments):
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL)


def make_authority():
    authority = new_authority("ca")
    return sign(authority, "server")


def new_authority(name):
    folder = harness.temporary_folder()
    openssl(folder, "req", "-x509", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.pem",
            "-days", "2", "-subj", "/CN=unstale test authority")
    return Authority(os.path.join(folder, f"{name}.pem"), "", "")


def sign(authority, name, key=None, new_key=NEW_KEY, names="IP:127.0.0.1", subject="/CN=127.0.0.1", at=(),
         more=()):
    """One more server, for 127.0.0.1 and with a key of its own unless it is said otherwise, of the same
    authority. `at`: faketime and the time at which the certificate, for two days, is made. `more`:
    options for the request."""
    folder = harness.temporary_folder()
    wanted = ["-key", key] if key else [*new_key, "-keyout", f"{name}.key"]
    openssl(folder, "req", "-new", *wanted, "-out", f"{name}.csr", "-subj", subject,
            "-addext", f"subjectAltName={names}", *more)
    subprocess.run([*at, "openssl", "x509", "-req", "-in", f"{name}.csr", "-CA", authority.ca,
                    "-CAkey", authority.ca.replace(".pem", ".key"), "-days", "2",
                    "-copy_extensions", "copyall", "-out", f"{name}.pem"],
                   cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return Authority(authority.ca, os.path.join(folder, f"{name}.pem"),
                     key or os.path.join(folder, f"{name}.key"))


def shared_authority():
    """The same one in the test and in the programs that it starts, by way of the environment."""
    if "CERT" not in os.environ:
        made = make_authority()
        os.environ.update(CA=made.ca, CERT=made.cert, KEY=made.key)
    return Authority(os.environ["CA"], os.environ["CERT"], os.environ["KEY"])


def server_context():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.environ["CERT"], os.environ["KEY"])
    return context


def client_context():
    return ssl.create_default_context(cafile=os.environ["CA"])


def node_talk(lines):
    """A client for protocols.hold: Node writes each line, with a silence after it. What it shows is
    without dovecot's times."""
    talk = protocols.command("env", f"NODE_EXTRA_CA_CERTS={os.environ['CA']}", "node",
                             os.path.join(harness.CLIENTS, "tls_talk.js"), "{port}",
                             str(int(1000 * protocols.PAUSE_S)), *lines)
    return lambda port, environment: re.sub(r"\([0-9. +]+ secs\)", "", talk(port, environment))


def java_properties(authority):
    """What makes a Java program trust the authority."""
    store = os.path.join(harness.temporary_folder(), "trust.p12")
    subprocess.run(["keytool", "-importcert", "-noprompt", "-keystore", store, "-storepass",
                    "changeit", "-file", authority.ca], check=True, stderr=subprocess.DEVNULL)
    return [f"-Djavax.net.ssl.trustStore={store}", "-Djavax.net.ssl.trustStorePassword=changeit"]
