# SPDX-License-Identifier: MIT
"""Throughput of load generators under unstale in auto mode, beside themselves bare (item 2)."""
import re
import subprocess

import pairs
import results
import servers
import tools

TITLE = "Throughput"
PACKAGES = ["redis-server", "nginx", "wrk", "memcached", "libmemcached-tools", "postgresql-15",
            "libcurl4"]
PAIRS = 25


def figures(pattern, output, seconds, per=None):
    """[per second, CPU seconds of the client for 1,000 of them]. `per`: how many there were."""
    rate = float(re.search(pattern, output).group(1).replace(",", ""))
    done = per or float(re.search(r"(\d+) requests in", output).group(1))
    if not done:
        raise tools.Missing("a run in which no request came to its end; is the machine busy?")
    return [rate, seconds * 1000 / done]


def redis(pipeline):
    [program] = tools.need("redis-benchmark")
    requests = 60_000 * (1 if pipeline == 1 else 8)
    with servers.redis() as port:
        command = [program, "-h", "127.0.0.1", "-p", str(port), "-t", "get", "-n", str(requests),
                   "-c", "50", "-P", str(pipeline), "--csv"]

        def run(environment):
            output, seconds = pairs.timed(command, environment)
            return figures(r'"GET","([\d.]+)"', output, seconds, requests)
        return pairs.measure(run, tools.under(), PAIRS)


def wrk(connections):
    [program] = tools.need("wrk")
    with servers.origin() as port:
        command = [program, "-t", "1", "-c", str(connections), "-d", "1s",
                   f"http://127.0.0.1:{port}/"]

        def run(environment):
            output, seconds = pairs.timed(command, environment)
            return figures(r"Requests/sec:\s+([\d.]+)", output, seconds)
        return pairs.measure(run, tools.under(), PAIRS)


def memcached():
    [program] = tools.need("memcaslap")
    with servers.memcached() as port:
        command = [program, "-s", f"127.0.0.1:{port}", "-T", "1", "-c", "50", "-t", "2s"]

        def run(environment):
            output, seconds = pairs.timed(command, environment)
            done = float(re.search(r"Ops: (\d+)", output).group(1))
            return figures(r"TPS: (\d+)", output, seconds, done)
        return pairs.measure(run, tools.under(), PAIRS)


def curl():
    requests = 20_000
    program = tools.compiled("multi", "-lcurl")
    with servers.origin() as port:
        command = [program, f"http://127.0.0.1:{port}/", str(requests), "50"]

        def run(environment):
            output, seconds = pairs.timed(command, environment)
            return figures(r"([\d.]+)", output, seconds, requests)
        return pairs.measure(run, tools.under(), PAIRS)


def pgbench():
    program = servers.postgres_program("pgbench")
    with servers.postgres() as port:
        command = [program, "-h", "127.0.0.1", "-p", str(port), "-U", "postgres", "-S", "-n", "-c",
                   "10", "-j", "1", "-T", "2", "postgres"]

        def run(environment):
            output, seconds = pairs.timed(command, environment)
            done = float(re.search(r"transactions actually processed: (\d+)", output).group(1))
            return figures(r"tps = ([\d.]+)", output, seconds, done)
        return pairs.measure(run, tools.under(), PAIRS)


LOADS = {
    "redis-benchmark -t get -c 50 -P 1": lambda: redis(1),
    "redis-benchmark -t get -c 50 -P 16": lambda: redis(16),
    "wrk -t 1 -c 100, nginx": lambda: wrk(100),
    "wrk -t 1 -c 1000, nginx": lambda: wrk(1000),
    "memcaslap -T 1 -c 50, memcached (9 get : 1 set)": memcached,
    "curl multi, 50 at a time, nginx": curl,
    "pgbench -S -c 10 -j 1": pgbench,
}


def row(name, load):
    try:
        rate, cpu = load()
    except tools.Missing as missing:
        return [name, f"left out: {missing}", "", "", ""]
    except subprocess.CalledProcessError as failure:
        return [name, f"failed with status {failure.returncode}", "", "", ""]
    return [name, f"{rate.bare:,.0f}", f"{rate.ours:,.0f}", rate.interval() + pairs.verdict(rate),
            cpu.interval()]


def run():
    rows = [row(name, load) for name, load in LOADS.items()]
    return f"""\
{PAIRS} pairs each, of 1 or 2 s. Client and server share the machine. The ratio is under unstale to
bare, the median of the pairs, and between which two figures the true median lies in nine cases of ten:
without unstale the same runs differ as much from each other. Goal {pairs.GOAL}. The last column is the
same for the client's CPU time for each request, user and system, where 1 is as without.

{results.table(["load", "bare, per second", "under unstale", "ratio", "CPU time"], rows)}"""
