#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 90s
"""A server that is reloaded again and again closes its resting connections at mixed ages each time; no
timeout is learned from that, neither by a program that waits nor by those that never look and find the
closes of the latest reloads mixed: what the first close of a reload says holds until the next one speaks
against it.
"""
import os
import signal
import subprocess
import sys
import time

import harness
import learning
import origins

sys.path.insert(0, os.path.join(harness.REPO, "report"))
sys.dont_write_bytecode = True
import ledger  # noqa: E402

BETWEEN_S = (1.2, 2.6, 1.8, 3.4, 1.5)   # or the reloads themselves would be a timer
CONNECTIONS = 60
TIMEOUT_S = 0.9     # as the client has it: no rest is longer than four times that
REQUESTS = 1350     # at 120 a second: some are made after the last reload, too
CLIENTS = {"waits": ["--parked"], "never looks": [], "never looks (2)": ["--seed", "2"],
           "never looks (3)": ["--seed", "3"]}
SERVER = """
        listen 127.0.0.1:{port};
        keepalive_timeout 75s;
        location / {{ return 200 ok; }}
"""


def start(port, folder, *options):
    os.mkdir(folder)
    command = [harness.PYTHON, learning.CLIENT, str(port), "--phases", f"{TIMEOUT_S}:{REQUESTS}",
               "--connections", str(CONNECTIONS), *options]
    return subprocess.Popen(command, env=harness.shim_environment({"UNSTALE_LEDGER": folder}),
                            stdout=subprocess.DEVNULL)


def main():
    demands = harness.Demands()
    folders = {name: os.path.join(harness.temporary_folder(), name) for name in CLIENTS}
    with origins.nginx(SERVER) as (port, server):
        clients = [start(port, folders[name], *options) for name, options in CLIENTS.items()]
        for seconds in BETWEEN_S:
            time.sleep(seconds)
            server.send_signal(signal.SIGHUP)
        demands.equal("exit statuses", [client.wait() for client in clients], [0] * len(CLIENTS))
    for name, folder in folders.items():
        [peer] = ledger.read([folder], lambda path, reason: sys.exit(f"{path}: {reason}"))
        demands.more_than(f"closes seen ({name})",
                          sum(peer.ages["peer_closed"]), 2 * CONNECTIONS)
        demands.equal(f"the timeout that it believes in, ms ({name})", peer.timeout_ms, 0)
        repairs = sum(count for (_, reason), count in peer.decisions.items() if reason == "limit")
        demands.more_than(f"more than the repairs for a limit ({name})", CONNECTIONS, repairs)
    demands.finish()


main()
