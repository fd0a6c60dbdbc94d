# SPDX-License-Identifier: MIT
"""unstale beside what people put in front of a server instead: a sidecar proxy that gives its
connections to the server up early (item 3)."""
import contextlib
import os
import re
import statistics

import pairs
import results
import servers
import startup
import tools

TITLE = "Against a sidecar proxy"
PACKAGES = ["wrk", "nginx", "haproxy"]
TURNS = 11
CONNECTIONS = 100
EXCHANGES = 5_000
TICK_S = 1 / os.sysconf("SC_CLK_TCK")
THROUGHPUT_LEAST = 2.0      # times a sidecar's, for each second of CPU
TAIL_MOST = 0.5             # of what a sidecar adds to the 99th percentile


def cpu_s(pid):
    """CPU seconds of a process so far."""
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * TICK_S


def private_kib(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        found = re.findall(r"^Private_\w+: +(\d+)", file.read(), re.MULTILINE)
    return sum(int(kib) for kib in found)


class Way:
    """One way from the client to the server, and what was measured of it."""

    def __init__(self, name, port, environment=None, proxy=None):
        self.name, self.port, self.proxy = name, port, proxy
        self.environment = {**os.environ, **(environment or {})}
        self.found = {key: [] for key in ("rate", "client", "proxy", "p50", "p99")}
        self.kib = 0

    def load(self):
        [program] = tools.need("wrk")
        before = cpu_s(self.proxy) if self.proxy else 0
        output, client = pairs.timed([program, "-t", "1", "-c", str(CONNECTIONS), "-d", "1s",
                                      f"http://127.0.0.1:{self.port}/"], self.environment)
        done = int(re.search(r"(\d+) requests in", output).group(1))
        proxy = cpu_s(self.proxy) - before if self.proxy else 0
        self.found["rate"].append(float(re.search(r"Requests/sec:\s+([\d.]+)", output).group(1)))
        self.found["client"].append(client * 1000 / done)
        self.found["proxy"].append(proxy * 1000 / done)
        if self.proxy:
            self.kib = private_kib(self.proxy)

    def ask(self):
        output, _ = pairs.timed([tools.compiled("latency"), str(self.port), str(EXCHANGES), "0",
                                 "reuse"], self.environment)
        for key, value in zip(("p50", "p99"), output.split()):
            self.found[key].append(float(value))

    def median(self, key):
        return statistics.median(self.found[key])

    def cpu(self):
        return self.median("client") + self.median("proxy")


def measured(bare_port):
    """The ways, each measured in turn, TURNS times."""
    with contextlib.ExitStack() as stack:
        haproxy = stack.enter_context(servers.haproxy_sidecar(bare_port))
        nginx = stack.enter_context(servers.nginx_sidecar(bare_port))
        ways = [Way("direct", bare_port),
                Way("unstale", bare_port, tools.under({"IDLE": f"{servers.IDLE_S}s"})),
                Way("HAProxy", haproxy[0], proxy=haproxy[1]),
                Way("nginx", nginx[0], proxy=nginx[1])]
        for _ in range(TURNS):
            for way in ways:
                way.load()
                way.ask()
    ways[1].kib = startup.mappings(tools.under())["Rss"]
    return ways


def rows(ways):
    bare = ways[0]
    return [[way.name, f"{way.median('rate'):,.0f}", f"{1000 / way.cpu():,.0f}",
             f"{way.median('client') * 1000:.1f}", f"{way.median('proxy') * 1000:.1f}",
             f"{way.median('p50'):.1f}", f"{way.median('p99'):.1f}",
             f"{way.median('p99') - bare.median('p99'):+.1f}", f"{way.kib:,}"] for way in ways]


def verdict(ways):
    bare, ours, *proxies = ways
    gain = min(way.cpu() / ours.cpu() for way in proxies)
    tail = max((ours.median("p99") - bare.median("p99")) /
               max(way.median("p99") - bare.median("p99"), 0.1) for way in proxies)
    return (f"Requests for each second of CPU: {gain:.2f} times those of the better sidecar, goal "
            f"{THROUGHPUT_LEAST}{'' if gain >= THROUGHPUT_LEAST else ' **MISS**'}. Added 99th "
            f"percentile: {tail:.2f} of the better sidecar's, goal {TAIL_MOST}"
            f"{'' if tail <= TAIL_MOST else ' **MISS**'}.")


def run():
    tools.need("wrk", "nginx", "haproxy")
    with servers.origin() as port:
        ways = measured(port)
    head = ["way", "requests per second", "for each CPU second", "client's CPU ms for 1,000",
            "sidecar's CPU ms for 1,000", "p50 µs", "p99 µs", "p99 added", "KiB"]
    return f"""\
One server (nginx, 1 worker), reached directly, with the client under `unstale --idle
{servers.IDLE_S}s`, and through a sidecar of one thread that gives up its connections to the server
after {servers.IDLE_S} s. Throughput: wrk -t 1 -c {CONNECTIONS}, 1 s; latency: {EXCHANGES:,}
requests one after the other (`bench/latency.c`); all in turn, medians of {TURNS}. CPU is the
client's and the sidecar's, not the server's. Memory: the sidecar's private memory after the load;
for unstale all resident pages of the library.

{results.table(head, rows(ways))}
{verdict(ways)}"""
