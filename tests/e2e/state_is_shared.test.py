#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 90s
"""What one process has learned of a peer holds in the next one, by the state file, and only by it.

The first process is told "Keep-Alive: timeout=2" by the server, and exits without closing its
connection. The second one is told nothing and pauses for 1.8 s: with the file each request goes out on
a new connection, since that is past the limit for 2 s; without it all go over one (the built-in limit
is 4 s). `unstale explain` shows it. A file that is no state is named in one line, stays as it is, and
nothing else changes.
"""
import os
import re
import stat
import subprocess

import harness

ROUNDS = 3
OPEN_TO_THE_END = """
import http.client, sys
connection = http.client.HTTPConnection(sys.argv[1].removeprefix("http://"))
connection.request("GET", "/r/1")
connection.getresponse().read()
connection.sock.detach()
"""
CLIENT = [harness.PYTHON, os.path.join(harness.CLIENTS, "python_http_client.py")]


def run(command, rules):
    """What it printed on stderr."""
    environment = harness.shim_environment({"UNSTALE_CONFIG": rules})
    return subprocess.run(command, env=environment,
                          check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                          timeout=40).stderr


def slow_connections(port, rules):
    """How many connections a client with pauses makes that nobody told anything, and its stderr."""
    with harness.Server("--mode", "stay", "--port", str(port)) as server:
        errors = run([*CLIENT, server.url, "GET", str(ROUNDS), "1800"], rules)
        return server.stats()["connections"], errors


def explained(port, rules):
    """The last line of `unstale explain`."""
    unstale = os.path.join(harness.REPO, "scripts", "unstale")
    return subprocess.run([unstale, "explain", f"127.0.0.1:{port}"], check=True, text=True,
                          env={**harness.bare_environment(), "UNSTALE_CONFIG": rules},
                          stdout=subprocess.PIPE).stdout.splitlines()[-1]


def main():
    demands = harness.Demands()
    folder = harness.temporary_folder()
    state = os.path.join(folder, "peers")
    rules = harness.folder_file("rules.ini", f"[default]\nstate = {state}\n")
    none = harness.folder_file("none.ini", "[default]\n")
    foreign = harness.folder_file("foreign.ini", f"[default]\nstate = {none}\n")
    os.chmod(none, 0o600)
    with harness.Server("--mode", "stay", "--idle", "2", "--keep-alive-header") as server:
        port = server.port
        first = [harness.PYTHON, "-c", OPEN_TO_THE_END, server.url]
        demands.equal("what the first one said", run(first, rules), "")
    demands.equal("the file's mode", stat.S_IMODE(os.stat(state).st_mode), 0o600)
    demands.equal("what is explained", re.sub(r"\d+ s ago", "just now", explained(port, rules)),
                  f"  learned       1600ms      Keep-Alive: timeout=2, just now, in {state}")
    demands.equal("connections with the file", slow_connections(port, rules), (ROUNDS, ""))
    demands.equal("connections without", slow_connections(port, none), (1, ""))
    count, errors = slow_connections(port, foreign)
    demands.equal("connections with a foreign file", count, 1)
    demands.equal("what was said of it", errors,
                  f"unstale: state {none} is ignored: it is no state of this version of unstale\n")
    with open(none, encoding="ascii") as file:
        demands.equal("the foreign file", file.read(), "[default]\n")
    demands.finish()


main()
