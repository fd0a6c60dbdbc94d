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
    openssl(folder, "req", *NEW_KEY, "-keyout", "server.key", "-out", "server.csr",
            "-subj", "/CN=127.0.0.1")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
            "-CAcreateserial", "-days", "2", "-extfile", "extensions", "-out", "server.pem")
    return Authority(*(os.path.join(folder, name)
                       for name in ("ca.pem", "server.pem", "server.key")))
