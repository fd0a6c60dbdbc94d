# SPDX-License-Identifier: MIT
"""Runs clients/many_resting.py against tests/server/idle_server.py, over the delaying relay if there
is a round trip to be had, and puts together what both say."""
import contextlib
import json
import os
import subprocess
import urllib.request

import harness

SERVERS = os.path.join(harness.REPO, "tests", "server")
CLIENT = os.path.join(harness.CLIENTS, "many_resting.py")


@contextlib.contextmanager
def announced(script, *options, names):
    """A server that says its ports on its first lines; gives them."""
    with harness.running([harness.PYTHON, os.path.join(SERVERS, script), *options],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                         env=harness.bare_environment()) as process:
        lines = [process.stdout.readline().split() for _ in names]
        assert [line[:1] for line in lines] == [[name] for name in names], lines
        yield [int(line[1]) for line in lines]


@contextlib.contextmanager
def way_to(port, rtt_s):
    if not rtt_s:
        yield port
        return
    with announced("delay_relay.py", "--to", str(port), "--rtt", str(rtt_s),
                   names=["PORT"]) as [relay]:
        yield relay


def ask(control, path):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{control}{path}") as answer:
        return json.load(answer)


def report_of(command, environment, limit_s):
    """What the client reports, with the sums over its phases."""
    output = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True,
                            timeout=limit_s).stdout
    report = json.loads(output)
    for name in ("sent", "lost", "lost_after_20_closes"):
        report[name] = sum(phase[name] for phase in report["phases"])
    return report


def run(environment, phases, rtt_s=0, hint=False, parked=False, connections=200, limit_s=600):
    """phases: [(timeout in seconds, requests), ...]. The client's report, and the connections that the
    server and one who knows the timeout opened."""
    words = ",".join(f"{timeout}:{requests}" for timeout, requests in phases)
    options = ["--timeout", str(phases[0][0]), *(["--hint"] if hint else [])]
    with announced("idle_server.py", *options, names=["PORT", "CONTROL"]) as (port, control), \
            way_to(port, rtt_s) as way:
        command = [harness.PYTHON, CLIENT, str(way), "--control", str(control), "--phases", words,
                   "--connections", str(connections), *(["--parked"] if parked else [])]
        report = report_of(command, environment, limit_s)
        report["opened"] = ask(control, "/stats")["connections"]
    report["oracle_opened"] = connections + sum(phase["rests_beyond"]
                                                for phase in report["phases"])
    return report
