#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""A connection that is used without a pause, to a server 50 ms away, costs one question to the kernel for
each request: it took as long as a rest. So does one that rests for a part of a second. What the request
opens with is looked at on one that has rested for longer.
"""
import os
import re
import subprocess

import harness
from learning import way_to

REQUESTS = 21
LONG_MS = 1100      # longer than a short rest (shim/repair/short_rest.h)
AFTER_LONG = 3
QUESTIONS = {"the state": r"getsockopt\(\d+, SOL_TCP, TCP_INFO",
             "the request": r"rt_sigprocmask\(0xffffffff"}


def counts(idle_ms, requests=REQUESTS):
    """How often each was asked between the first request and the end."""
    trace = os.path.join(harness.temporary_folder(), f"trace.{idle_ms}")
    with harness.Server("--mode", "stay") as server, way_to(server.port, 0.05) as port:
        subprocess.run(["strace", "-qq", "-o", trace, f"-ELD_PRELOAD={harness.LIBRARY}",
                        os.path.join(harness.BUILD, "blocking"), f"http://127.0.0.1:{port}", "GET",
                        str(requests), str(idle_ms)], env=harness.bare_environment(),
                       check=True, stdout=subprocess.DEVNULL)
    with open(trace) as file:
        calls = file.read().partition("connect(")[2]
    return {what: len(re.findall(question, calls)) for what, question in QUESTIONS.items()}


def main():
    harness.build()
    demands = harness.Demands()
    for name, idle_ms in {"busy": 0, "short rests": 60}.items():
        asked = counts(idle_ms)
        demands.equal(f"{name}: requests that were asked about", asked["the state"], REQUESTS - 1)
        demands.more_than(f"{name}: requests that were not looked at",
                          REQUESTS - asked["the request"], REQUESTS // 2)
    rested = counts(LONG_MS, AFTER_LONG)
    for what in QUESTIONS:
        demands.more_than(f"long rests: questions about {what}", rested[what], AFTER_LONG - 2)
    demands.finish()


main()
