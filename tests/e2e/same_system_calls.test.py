#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""With no stale connection, a program makes the same system calls under the shim as without it.

Counted by name with strace, from the first socket() on: what ld.so and the shim's constructor do at
start-up lies before it. Calls that only move memory are left out: how often an allocator asks the
kernel depends on where the loader happened to put things. A connection that has rested for 20 ms is asked
about, so a run in which the machine paused for half of that says nothing, and is made again.
"""
import os
import re
import subprocess
from collections import Counter

import harness

REQUESTS = "20"
MEMORY = {"brk", "mmap", "munmap", "mremap", "madvise", "mprotect"}
CALL = re.compile(r"^\d+ +([\d.]+) (\w+)\(")
PAUSE_S = 0.01
RUNS_MOST = 10


def count_calls(trace):
    """None: there was a pause."""
    calls = Counter()
    last_s = None
    with open(trace) as lines:
        for line in lines:
            call = CALL.match(line)
            if not call or (last_s is None and "socket(AF_INET" not in line):
                continue
            moment_s = float(call.group(1))
            if last_s is not None and moment_s - last_s > PAUSE_S:
                return None
            last_s = moment_s
            if call.group(2) not in MEMORY:
                calls[call.group(2)] += 1
    return calls


def traced(name, command, settings):
    """Runs command under strace; the shim is loaded into the program only, not into strace."""
    trace = os.path.join(harness.temporary_folder(), name)
    preload = [f"-E{variable}={value}" for variable, value in settings.items()]
    with harness.Server("--mode", "stay") as server:
        subprocess.run(["strace", "-f", "-ttt", "-qq", "-o", trace, *preload, *command, server.url, "GET",
                        REQUESTS, "0"], env=harness.bare_environment(), check=True,
                       stdout=subprocess.DEVNULL)
        assert server.stats()["served_once"] == int(REQUESTS)
    return count_calls(trace)


def traced_in_one_go(name, command, settings):
    for _ in range(RUNS_MOST):
        calls = traced(name, command, settings)
        if calls:
            return calls
    raise AssertionError(f"{name}: {RUNS_MOST} runs with a pause in each: is the machine busy?")


def difference(bare, shimmed):
    return {name: f"{bare[name]} bare, {shimmed[name]} with the shim"
            for name in sorted({*bare, *shimmed}) if bare[name] != shimmed[name]}


def main():
    harness.build()
    demands = harness.Demands()
    settings = {"LD_PRELOAD": harness.LIBRARY, "UNSTALE_IDLE": "60s"}
    for name, command in {
            "blocking": [os.path.join(harness.BUILD, "blocking")],
            "vectored": [os.path.join(harness.BUILD, "vectored")],
            "http.client": [os.path.join(harness.CLIENTS, "python_http_client.py")]}.items():
        bare = traced_in_one_go(f"{name}.bare", command, {})
        shimmed = traced_in_one_go(f"{name}.shim", command, settings)
        demands.more_than(f"{name}: calls that were counted", bare.total(), int(REQUESTS))
        demands.equal(f"{name}: calls that differ", difference(bare, shimmed), {})
    demands.finish()


main()
