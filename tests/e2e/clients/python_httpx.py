#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""httpx with a Client: looks before reuse, does not retry."""
import httpx

from rounds import Rounds

rounds = Rounds("python-httpx")
client = httpx.Client(trust_env=False)
rounds.run(
    lambda path: client.request(rounds.method, rounds.base_url + path, content=rounds.body))
