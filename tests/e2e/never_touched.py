# SPDX-License-Identifier: MIT
"""Connections that the shim must leave alone, however long they idle.

A test gives a function program(wire, pause_ms) that talks to the fault server and shows what it
received. It runs in three environments: bare; with a limit of 200 ms that each pause exceeds five
times; and with no setting at all, where the built-in limit is 4 s and a pause is longer. Each time
it runs in the three styles of wire.py. The bytes must be the same everywhere, and each program must
have needed exactly one connection.
"""
import contextlib
import os
import subprocess
import sys
import time

import harness
import wire

ALL_LIMIT_S = 60


def start_programs(url, environment, pause_ms):
    """This test file again, as the program, once in each style."""
    command = [harness.PYTHON, os.path.abspath(sys.argv[0]), "program"]
    return {style: subprocess.Popen([*command, style, url, str(pause_ms)], text=True,
                                    env=environment, stdout=subprocess.PIPE,
                                    stderr=subprocess.STDOUT)
            for style in wire.STYLES}


def collect(programs, deadline):
    """Returns (exit status, output) for each style."""
    results = {}
    for style, process in programs.items():
        try:
            output = process.communicate(timeout=max(0.1, deadline - time.monotonic()))[0]
        except subprocess.TimeoutExpired:
            process.kill()
            output = process.communicate()[0] + "\nit did not end"
        results[style] = (process.returncode, output)
    return results


def compare():
    """All environments at once, each with a server of its own, since they mostly sleep."""
    demands = harness.Demands()
    outputs = {}
    deadline = time.monotonic() + ALL_LIMIT_S
    with contextlib.ExitStack() as stack:
        runs = []
        for name, environment, pause_ms in harness.silences():
            server = stack.enter_context(harness.Server("--mode", "stay"))
            runs.append((name, server, start_programs(server.url, environment, pause_ms)))
        for name, server, programs in runs:
            for style, (status, output) in collect(programs, deadline).items():
                demands.equal(f"{style} program {name}: exit status", status, 0)
                demands.equal(f"{style} program {name}: what it received", output,
                              outputs.setdefault(style, output))
            stats = server.stats()
            demands.equal(f"connections {name}", stats["connections"], len(wire.STYLES))
            demands.equal(f"broken requests {name}", stats["broken"], 0)
    demands.finish()


def run(program):
    if sys.argv[1:2] == ["program"]:
        style, url, pause_ms = sys.argv[2:5]
        program(wire.Wire(style, url), int(pause_ms))
    else:
        compare()
