# SPDX-License-Identifier: MIT
"""Throughput of load generators under unstale in auto mode, beside themselves bare (item 2)."""
import contextlib
import operator
import resource
import statistics
import subprocess

import counts
import pairs
import results
import servers
import slices
import tools

TITLE = "Throughput"
PACKAGES = ["redis-server", "nginx", "wrk", "memcached", "libmemcached-tools", "postgresql-15",
            "libcurl4"]
ROUNDS = 240
FOREVER = "1000000000"
FILES = 16_384      # descriptors: one server has the connections of all clients


@contextlib.contextmanager
def redis(pipeline):
    [program] = tools.need("redis-benchmark")
    with servers.redis() as port:
        yield counts.redis(port), [program, "-h", "127.0.0.1", "-p", str(port), "-t", "get", "-n",
                                   FOREVER, "-c", "50", "-P", str(pipeline), "-q"]


@contextlib.contextmanager
def wrk(connections):
    [program] = tools.need("wrk")
    with servers.origin() as port:
        yield counts.nginx(port), [program, "-t", "1", "-c", str(connections), "-d", "24h",
                                   f"http://127.0.0.1:{port}/"]


@contextlib.contextmanager
def wrk_secured(connections):
    [program] = tools.need("wrk")
    with servers.secured_origin() as (port, status):
        yield counts.nginx(status), [program, "-t", "1", "-c", str(connections), "-d", "24h",
                                     f"https://127.0.0.1:{port}/"]


@contextlib.contextmanager
def memcached():
    [program] = tools.need("memcaslap")
    with servers.memcached() as port:
        yield counts.memcached(port), [program, "-s", f"127.0.0.1:{port}", "-T", "1", "-c", "50",
                                       "-t", "24h"]


@contextlib.contextmanager
def curl():
    program = tools.compiled("multi", "-lcurl")
    with servers.origin() as port:
        yield counts.nginx(port), [program, f"http://127.0.0.1:{port}/", FOREVER, "50"]


@contextlib.contextmanager
def pgbench():
    program = servers.postgres_program("pgbench")
    with servers.postgres() as port:
        yield counts.postgres(port), [program, "-h", "127.0.0.1", "-p", str(port), "-U", "postgres",
                                      "-S", "-n", "-c", "10", "-j", "1", "-T", FOREVER, "postgres"]


LOADS = {
    "redis-benchmark -t get -c 50 -P 1": lambda: redis(1),
    "redis-benchmark -t get -c 50 -P 16": lambda: redis(16),
    "wrk -t 1 -c 100, nginx": lambda: wrk(100),
    "wrk -t 1 -c 1000, nginx": lambda: wrk(1000),
    "wrk -t 1 -c 100, nginx, HTTPS": lambda: wrk_secured(100),
    "memcaslap -T 1 -c 50, memcached (9 get : 1 set)": memcached,
    "curl multi, 50 at a time, nginx": curl,
    "pgbench -S -c 10 -j 1": pgbench,
}


def verdict(rate):
    """A goal within the interval is neither reached for sure nor missed for sure."""
    return pairs.verdict(rate) + (" open" if rate.least < pairs.GOAL <= rate.most else "")


def row(name, load):
    variants = {"bare": {}, "second bare": {}, "off": tools.under({"ACTION": "off"}),
                "auto": tools.under()}
    try:
        with load() as (count, command):
            bare, control, off, auto = slices.measure(command, variants, count, ROUNDS).values()
    except tools.Missing as missing:
        return [name, f"left out: {missing}", "", "", "", "", ""]
    except slices.Ended as failure:
        return [name, f"failed: {failure}", "", "", "", "", ""]
    except subprocess.CalledProcessError as failure:
        return [name, f"failed with status {failure.returncode}", "", "", "", "", ""]
    rate = pairs.Pairs(bare.rates, auto.rates)
    cpu = pairs.Pairs(bare.cpu_ns, auto.cpu_ns)
    added = statistics.median(map(operator.sub, auto.cpu_ns, bare.cpu_ns))
    return [name, f"{rate.bare:,.0f}", pairs.Pairs(bare.rates, control.rates).interval(),
            pairs.Pairs(bare.rates, off.rates).interval(), rate.interval() + verdict(rate),
            cpu.interval(), f"{cpu.bare:,.0f} {added:+,.0f}"]


def run():
    now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(now, min(most, FILES)), most))
    rows = [row(name, load) for name, load in LOADS.items()]
    return f"""\
Four clients of one server, stopped (SIGSTOP) but for their turns: bare, a second bare one as the
control, under unstale with `action = off`, and in auto mode. A turn is {slices.WARM_S * 1000:.0f} ms that are not counted, in
which the caches fill again, and {slices.SLICE_S * 1000:.0f} ms that are; then, the client stopped, the server is asked what it has
done. {ROUNDS} rounds of four turns in random order, the clients started anew after each {slices.ROUNDS}. Client and
server share the machine. A ratio is that to the bare client in the same round: the median, and the
interval in which the true median lies in nine cases of ten. A control's interval without 1 comes by
chance in one case of ten; more of them say that the machine was too busy. Goal {pairs.GOAL}, by the median;
"open": it lies in the interval, so that it is neither shown to be reached nor to be missed. CPU time
is the client's for each request, user and system, where 1 is as without; in ns: bare, and what unstale
adds.

{results.table(["load", "bare, per second", "second bare", "off", "under unstale", "CPU time", "in ns"], rows)}"""
