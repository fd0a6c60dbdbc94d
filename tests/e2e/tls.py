# SPDX-License-Identifier: MIT
"""A certificate authority of the test's own, so that https clients verify for real.

The server's certificate is for 127.0.0.1. Keys are made anew in each run; nothing secret is stored.
"""
import os
import subprocess
from dataclasses import dataclass

import harness

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
    folder = harness.temporary_folder()
    with open(os.path.join(folder, "extensions"), "w") as file:
        file.write("subjectAltName=IP:127.0.0.1\n")
    openssl(folder, "req", "-x509", *NEW_KEY, "-keyout", "ca.key", "-out", "ca.pem",
            "-days", "2", "-subj", "/CN=unstale test authority")
    return sign(Authority(os.path.join(folder, "ca.pem"), "", ""), "server")


def sign(authority, name):
    """One more server for 127.0.0.1, with a key of its own, of the same authority."""
    folder = harness.temporary_folder()
    openssl(folder, "req", *NEW_KEY, "-keyout", f"{name}.key", "-out", f"{name}.csr",
            "-subj", "/CN=127.0.0.1")
    openssl(folder, "x509", "-req", "-in", f"{name}.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", f"{name}.pem")
    return Authority(authority.ca, *(os.path.join(folder, name + end) for end in (".pem", ".key")))
