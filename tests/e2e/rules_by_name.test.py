#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A [peer NAME] rule holds for connections to the address that the program resolved from that name,
and for no others to the same address.

Both names lead to 127.0.0.1, by an /etc/hosts in a mount namespace of the test's own. By the rules
one of them has a limit that each pause passes, the other is left alone: the server counts the
connections. Python and curl resolve in the thread that connects, the JVM too; Node and curl's
threaded resolver do it in another.
"""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import harness

ROUNDS = 4
GAP_MS = 350
RULES = """[default]
action = off
[peer *.unstale.test]
idle = 200ms
action = reconnect
[peer never.unstale.test]
action = off
"""
WANTED = {"api.unstale.test": ROUNDS, "never.unstale.test": 1, "unstale.example": 1}
INSIDE = 'mount --bind "$1" /etc/hosts && shift && exec "$@"'


def of_ours(*command):
    """A client of these tests."""
    return lambda url: [*command, url, "GET", str(ROUNDS), str(GAP_MS)]


def curl(url):
    """One transfer after the other, with pauses."""
    return ["curl", "--silent", "--fail", "--rate", f"{60000 // GAP_MS}/m", *[url] * ROUNDS]


def connections(command, name, hosts, rules):
    """What the server counted. The shim is loaded into the client alone."""
    environment = [f"LD_PRELOAD={harness.LIBRARY}", f"UNSTALE_CONFIG={rules}"]
    with harness.Server("--mode", "stay") as server:
        subprocess.run(
            ["unshare", "--mount", "sh", "-c", INSIDE, "sh", hosts, "env", *environment,
             *command(f"http://{name}:{server.port}")],
            env=harness.bare_environment(), check=True, stdout=subprocess.DEVNULL, timeout=60)
        stats = server.stats()
        assert stats["served"] == ROUNDS, stats
        return stats["connections"]


def main():
    if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
        print("skipped: no mount namespace to be had")
        sys.exit(0)
    harness.build()
    demands = harness.Demands()
    hosts = harness.folder_file("hosts", "127.0.0.1 api.unstale.test never.unstale.test unstale.example\n")
    rules = harness.folder_file("rules.ini", RULES)
    clients = {
        "http.client": of_ours(os.path.join(harness.CLIENTS, "python_http_client.py")),
        "curl": curl,
        "node": of_ours(os.path.join(harness.CLIENTS, "node_http_agent.js")),
        "java": of_ours("java", "-XX:TieredStopAtLevel=1", "-cp", harness.BUILD,
                        "UrlConnectionClient"),
    }
    runs = [(client, name) for client in clients for name in WANTED]
    with ThreadPoolExecutor(3) as pool: # which only waits for them
        counts = pool.map(lambda run: connections(clients[run[0]], run[1], hosts, rules), runs)
        for (client, name), count in zip(runs, counts):
            demands.equal(f"{client}: connections to {name}", count, WANTED[name])
    demands.finish()


main()
