# SPDX-License-Identifier: MIT
"""What it costs a request over TLS that its session is begun anew under it, beside a connection that the
program opens itself."""
import os
import statistics

import pairs
import results
import servers
import tools

TITLE = "Cost of a renewed TLS session"
PACKAGES = ["libssl3", "nginx-light", "python3"]
TURNS = 9
EXCHANGES = 40
GAP_MS = 30
LIMIT = "25ms"
WAYS = {"reuse": ({}, "reuse"), "fresh": ({}, "fresh"), "resume": ({}, "resume"),
        "renewed": (tools.under({"IDLE": LIMIT}), "reuse")}


def clients():
    """(name, command, its ways): http.client has no way to resume."""
    yield "C on OpenSSL", tools.compiled("tls", "-lssl", "-lcrypto"), [*WAYS]
    yield "Python http.client", os.path.join(tools.BENCH, "tls_client.py"), ["reuse", "fresh", "renewed"]


def once(program, port, way, version):
    settings, mode = WAYS[way]
    output, _ = pairs.timed([program, str(port), str(EXCHANGES), str(GAP_MS), mode, version],
                            {**os.environ, **settings})
    median, connections, resumed = (float(word) for word in output.split())
    wanted = 1 if way == "reuse" else EXCHANGES + 1
    if connections != wanted:
        raise tools.Missing(f"{way}: {connections:.0f} connections for {EXCHANGES + 1} requests")
    return median, resumed


def ratio(found, way, other):
    ratios = sorted(mine / base for (mine, _), (base, _) in zip(found[way], found[other]))
    quarter = len(ratios) // 4
    return f"{statistics.median(ratios):.2f} ({ratios[quarter]:.2f} to {ratios[-1 - quarter]:.2f})"


def rows(port):
    for name, program, ways in clients():
        for version in ("1.3", "1.2"):
            found = {way: [] for way in ways}
            for turn in range(TURNS):
                for way in ways if turn % 2 else reversed(ways):
                    found[way].append(once(program, port, way, version))
            median = {way: statistics.median(us for us, _ in found[way]) for way in ways}
            resumed = sum(count for _, count in found["renewed"]) / (TURNS * EXCHANGES)
            yield [f"{name}, TLS {version}", *(f"{median[way]:.0f}" if way in median else "" for way in WAYS),
                   ratio(found, "renewed", "fresh"),
                   ratio(found, "renewed", "resume") if "resume" in found else "", f"{resumed:.1%}"]


def run():
    with servers.secured_origin() as (port, _):
        found = list(rows(port))
    head = ["client", "on the connection that rested, µs", "on a fresh one, µs",
            "on a fresh one that the client resumes, µs", "renewed by unstale, µs",
            "renewed to fresh", "renewed to resumed", "handshakes resumed"]
    return f"""\
{GAP_MS} ms of rest before each of {EXCHANGES} requests to nginx (an EC key of 256 bits), the ways in
turn, {TURNS} times; medians, from before the handshake, if there is one, to the response. What a fresh
connection replaces was closed before the rest. The ratios are medians of those of the turns, with their
middle half. Resumed in TLS 1.2, a client speaks twice in a row: one that has not set TCP_NODELAY waits 40 ms
for an acknowledgement between the two. unstale sets it for as long as it renews.

{results.table(head, found)}"""
