#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""After three failed reconnects to a peer that is gone, the next connections to it are left to the
program, as without the shim, and the log says so once.

The client opens six connections, the server's machine "goes away" (its process ends: nobody listens
any more), and then the client writes on each of them.
"""
import os
import subprocess
import time

import harness

CONNECTIONS = 6
REST_S = 0.2    # a write a moment after the last one does not ask whether the peer has closed
CLIENT = """
import http.client, sys
connections = [http.client.HTTPConnection("127.0.0.1", int(sys.argv[1])) for _ in range(%d)]
def ask(connection):
    connection.request("GET", "/")
    connection.getresponse().read()
for connection in connections:
    ask(connection)
print("ready", flush=True)
sys.stdin.readline()
for connection in connections:
    try:
        ask(connection)
    except OSError as error:
        print(type(error).__name__)
""" % CONNECTIONS


def errors(environment):
    """What the client met on each connection."""
    with harness.Server("--mode", "stay") as server:
        client = subprocess.Popen([harness.PYTHON, "-c", CLIENT, str(server.port)], text=True,
                                  env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert client.stdout.readline() == "ready\n"
    time.sleep(REST_S)
    output, _ = client.communicate("\n", timeout=30)
    return output.split()


def main():
    demands = harness.Demands()
    log = os.path.join(harness.temporary_folder(), "log")
    bare = errors(harness.bare_environment())
    shimmed = errors(harness.shim_environment({"UNSTALE_LOG": log}))
    with open(log, encoding="ascii") as file:
        actions = [field for line in file for field in line.split() if field.startswith("action=")]
    demands.equal("errors bare", len(bare), CONNECTIONS)
    demands.equal("errors with the shim", len(shimmed), CONNECTIONS)
    demands.equal("the three that we tried", set(shimmed[:3]), {"ConnectionResetError"})
    demands.equal("the others, with the shim", shimmed[3:], bare[3:])
    demands.equal("what the log says", actions,
                  ["action=reconnect"] * 3 + ["action=suspend"])
    demands.finish(str(bare), str(shimmed))


main()
