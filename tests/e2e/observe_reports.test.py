#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""unstale observe changes nothing, tells what was lost, and names the limit that would have helped, for
the peer by the name that the program knows it by. A connection that the program never closes is looked
at in the end.
"""
import json
import os
import re
import subprocess

import harness
import learning

GAPS = "0,0.1,0.3,0.9,0.1,1.2,0.2"
PROGRAM = """
import http.client, socket, sys, time
connection = http.client.HTTPConnection(socket.gethostbyname("localhost"), int(sys.argv[1]))
for gap in map(float, sys.argv[2].split(",")):
    time.sleep(gap)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
        print("ok")
    except (OSError, http.client.HTTPException):
        print("lost")
        connection.close()
connection.sock.detach()
time.sleep(0.9)
sys.exit(3)
"""


UNSTALE = os.path.join(harness.REPO, "scripts", "unstale")


def observe(port, settings, *flags):
    return subprocess.run(
        [UNSTALE, "observe", *flags, "--", harness.PYTHON, "-c", PROGRAM, str(port), GAPS],
        env={**harness.bare_environment(), **settings}, capture_output=True, text=True)


def read_json(demands, line):
    """What --json says of the same program."""
    [peer] = json.loads(line)["peers"]
    for name, wanted in {"connected": 3, "exchanged": 5, "reused": 2, "in_danger": 2, "lost": 2,
                         "names": ["localhost"], "action": "observe"}.items():
        demands.equal(name, peer[name], wanted)
    demands.equal("closes by the peer, with the one that nobody saw",
                  peer["closed_by_peer"]["count"], 3)
    demands.equal("reuses in the histogram",
                  sum(row["count"] for row in peer["idle_before_reuse"]), 4)
    return peer


def main():
    demands = harness.Demands()
    with learning.announced("idle_server.py", "--timeout", "0.6",
                            names=["PORT", "CONTROL"]) as (port, _):
        # A rule of its own must not make observe act.
        rules = f"[peer 127.0.0.1:{port}]\naction = reconnect\n"
        run = observe(port, {"UNSTALE_CONFIG": harness.folder_file("rules.ini", rules)})
        folder = harness.temporary_folder()
        as_json = observe(port, {"UNSTALE_LEDGER": folder}, "--json")
        report = subprocess.run([UNSTALE, "report", "--json", folder], capture_output=True,
                                text=True, env=harness.bare_environment())
        peer = read_json(demands, as_json.stderr.splitlines()[-1])
        demands.equal("section", peer["preload_ini"][0]["section"], f"peer localhost:{port}")
        demands.equal("the report of the ledger", report.stdout, as_json.stderr)
    demands.equal("exit status", run.returncode, 3)
    demands.equal("requests lost", run.stdout.split(), ["ok"] * 3 + ["lost", "ok", "lost", "ok"])
    demands.equal("lost in the report", re.findall(r"(\d+) lost", run.stderr), ["2"])
    demands.equal("the peer's names in the report", run.stderr.splitlines()[0].split(),
                  [f"localhost:{port}", "at", f"127.0.0.1:{port}", "(python3)"])
    demands.equal("in danger", re.findall(r"(\d+) requests in danger", run.stderr), ["2"])
    learned = re.findall(r"timeout: (\d+) ms", run.stderr)
    demands.equal("timeouts that are named", len(learned), 1)
    demands.more_than("the timeout, ms", int(learned[0]), 570)
    demands.more_than("and less than, ms", 800, int(learned[0]))
    demands.more_than("lines for preload.ini",
                      len(re.findall(rf"\[peer localhost:{port}\]\n +idle = \d+ms", run.stderr)), 0)
    demands.finish(run.stdout, run.stderr)


main()
