#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""With max_lifetime a connection in steady use, never idle for long, is given up between two requests
when its time has come: reconnected under a program that does not look, evicted under one that does.
Nothing is lost, and the server counts the connections.
"""
import json
import os
import subprocess

import harness

ROUNDS = 60
GAP_MS = 30
LIFETIME_MS = 400
RULES = f"[default]\nidle = 1h\nmax_lifetime = {LIFETIME_MS}ms\n"


def run(command, environment):
    with harness.Server("--mode", "stay") as server:
        output = subprocess.run([*command, server.url, "POST", str(ROUNDS), str(GAP_MS)], check=True,
                                env=environment, stdout=subprocess.PIPE, timeout=30).stdout
        return json.loads(output), server.stats()


def main():
    harness.build()
    demands = harness.Demands()
    shim = harness.ruled_environment(RULES)
    for client, command in {
            "blocking": [os.path.join(harness.BUILD, "blocking")],
            "node": [os.path.join(harness.CLIENTS, "node_http_agent.js")]}.items():
        _, bare = run(command, harness.bare_environment())
        report, stats = run(command, shim)
        demands.equal(f"{client}: connections bare", bare["connections"], 1)
        demands.equal(f"{client}: answers", report["ok"], ROUNDS)
        demands.equal(f"{client}: served once", stats["served_once"], ROUNDS)
        # 60 rounds of 30 ms and more; a slow machine only makes more of them.
        demands.more_than(f"{client}: connections", stats["connections"],
                          ROUNDS * GAP_MS // (LIFETIME_MS + 2 * GAP_MS))
        demands.more_than(f"{client}: requests on each", ROUNDS / stats["connections"], 3)
    demands.finish()


main()
