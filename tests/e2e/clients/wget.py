#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""wget, one process that fetches all addresses in a row with a pause between. It is what the shim is
loaded into (E2E_PROXY_PRELOAD, see proxy.py). It looks with select() before reuse, and repeats a
request that failed on a reused connection by itself; further tries are forbidden."""
import os
import re
import subprocess

import proxy
from rounds import Rounds

rounds = Rounds("wget")
command = ["wget", "-nv", "-O", "/dev/null", "--tries=1", f"--wait={rounds.gap_s}", "--no-config"]
if "SSL_CERT_FILE" in os.environ:
    command.append(f"--ca-certificate={os.environ['SSL_CERT_FILE']}")
if rounds.body:
    command.append(f"--post-data={rounds.body.decode()}")
log = subprocess.run([*command, *[rounds.base_url + path for path in rounds.paths()]],
                     env=proxy.proxy_environment(), stderr=subprocess.PIPE, text=True).stderr
rounds.latency_us = [0] * len(re.findall(r"^\S+ \S+ URL:", log, re.MULTILINE))
if lost := rounds.count - len(rounds.latency_us):
    rounds.errors["no document"] = lost
rounds.report()
