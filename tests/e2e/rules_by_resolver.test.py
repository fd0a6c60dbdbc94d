#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""A [peer NAME] rule holds however the program resolved the name: by each of libc's functions; and
it does not hold where the program resolved nothing."""
import os
import subprocess
from concurrent.futures import ThreadPoolExecutor

import harness

ROUNDS = 4
GAP_MS = 350
CALLS = ("getaddrinfo", "getaddrinfo_a-wait", "getaddrinfo_a", "gethostbyname", "gethostbyname2",
         "gethostbyname_r", "gethostbyname2_r", "none")
RULES = "[default]\naction = off\n[peer LocalHost]\nidle = 200ms\naction = reconnect\n"


def connections(call, environment):
    with harness.Server("--mode", "stay") as server:
        subprocess.run([os.path.join(harness.BUILD, "resolvers"), call, server.url, "GET",
                        str(ROUNDS), str(GAP_MS)], env=environment, check=True,
                       stdout=subprocess.DEVNULL, timeout=30)
        stats = server.stats()
        assert stats["served_once"] == ROUNDS, stats
        return stats["connections"]


def main():
    harness.build()
    demands = harness.Demands()
    environment = harness.ruled_environment(RULES)
    with ThreadPoolExecutor(4) as pool:
        counts = pool.map(lambda call: connections(call, environment), CALLS)
        for call, count in zip(CALLS, counts):
            demands.equal(f"{call}: connections", count, 1 if call == "none" else ROUNDS)
    demands.finish()


main()
