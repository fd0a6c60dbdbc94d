#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The curl program, one process that fetches all addresses in a row at a rate. It is what the shim is
loaded into (E2E_PROXY_PRELOAD, see proxy.py). It looks before reuse, and repeats a request that failed
on a reused connection by itself."""
import os
import subprocess

import proxy
from rounds import Rounds

rounds = Rounds("curl")
command = ["curl", "--disable", "--silent", "--http1.1", "--noproxy", "*",
           "--write-out", "%{http_code}\n", "--rate", f"{int(60 / rounds.gap_s)}/m"]
if "SSL_CERT_FILE" in os.environ:
    command += ["--cacert", os.environ["SSL_CERT_FILE"]]
if rounds.body:
    command += ["--data", rounds.body.decode()]
# Each address wants an output of its own.
command += [word for path in rounds.paths() for word in ("--output", "/dev/null", rounds.base_url + path)]
codes = subprocess.run(command, env=proxy.proxy_environment(), stdout=subprocess.PIPE,
                       text=True, check=False).stdout.split()
rounds.latency_us = [0] * codes.count("200")
if lost := rounds.count - len(rounds.latency_us):
    rounds.errors["no document"] = lost
rounds.report()
