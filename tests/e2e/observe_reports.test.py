#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""unstale observe changes nothing, tells what was lost, and names the limit that would have helped."""
import os
import re
import subprocess

import harness
import learning

GAPS = "0,0.1,0.3,0.9,0.1,1.2,0.2"
PROGRAM = """
import http.client, sys, time
connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
for gap in map(float, sys.argv[2].split(",")):
    time.sleep(gap)
    try:
        connection.request("GET", "/")
        connection.getresponse().read()
        print("ok")
    except (OSError, http.client.HTTPException):
        print("lost")
        connection.close()
sys.exit(3)
"""


def observe(port, settings):
    return subprocess.run(
        [os.path.join(harness.REPO, "scripts", "unstale"), "observe", "--", harness.PYTHON, "-c",
         PROGRAM, str(port), GAPS],
        env={**harness.bare_environment(), **settings}, capture_output=True, text=True)


def main():
    demands = harness.Demands()
    path = os.path.join(harness.temporary_folder(), "rules.ini")
    with learning.announced("idle_server.py", "--timeout", "0.6",
                            names=["PORT", "CONTROL"]) as (port, _):
        with open(path, "w") as file:   # a rule of its own must not make observe act
            file.write(f"[peer 127.0.0.1:{port}]\naction = reconnect\n")
        run = observe(port, {"UNSTALE_CONFIG": path})
    demands.equal("exit status", run.returncode, 3)
    demands.equal("requests lost", run.stdout.split(), ["ok"] * 3 + ["lost", "ok", "lost", "ok"])
    demands.equal("lost in the report", re.findall(r"(\d+) lost", run.stderr), ["2"])
    demands.equal("in danger", re.findall(r"(\d+) requests in danger", run.stderr), ["2"])
    learned = re.findall(r"timeout: (\d+) ms", run.stderr)
    demands.equal("timeouts that are named", len(learned), 1)
    demands.more_than("the timeout, ms", int(learned[0]), 570)
    demands.more_than("and less than, ms", 800, int(learned[0]))
    demands.more_than("lines for preload.ini",
                      len(re.findall(rf"\[peer 127.0.0.1:{port}\]\n +idle = \d+ms", run.stderr)), 0)
    demands.finish(run.stdout, run.stderr)


main()
