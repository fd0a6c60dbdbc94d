# SPDX-License-Identifier: MIT
"""A client and a server that gives up idle connections after T: bare, requests are lost; under the
shim none is lost and none comes twice.

RACE: the server's idle timer fires while the next request is under way: it is read and never
answered. CLOSED and RESET: the server has closed long before, and the client did not look; this
must be cured without any setting. AT_LIMIT: the server does not fail at all, and nothing may fail
because of us. Several client processes run at once. The first request of each opens its connection and
cannot be lost, so each makes one more than the rounds that count. Bare, the fault must have
happened (or the test proves nothing) and requests must be lost, unless the client is known to
repeat them by itself (after which it reuses a fresh connection, so about half of the rounds are at
risk). Results go as JSON lines to the file named by E2E_RESULTS; table.py shows them.
"""
import concurrent.futures
import json
import os
import statistics
import subprocess
from dataclasses import dataclass, field

import harness

PROCESSES = 5
METHODS = ("GET", "POST")
CLIENT_LIMIT_S = 150


@dataclass
class Fault:
    mode: str               # of the fault server
    server_idle_s: float
    gap_ms: int             # the client's pause between two requests
    reuses: int             # of each of PROCESSES; fewer processes make more of them
    settings: dict


RACE = Fault("race", 0.3, 350, 10, harness.IDLE_LIMIT)
# A JVM's TLS is late by a tenth of a second where two cores have other work: longer times, but all of its
# runs at once.
RACE_SLOWLY = Fault("race", 1.0, 1100, 10, {"UNSTALE_IDLE": "400ms"})
RECONNECTED = Fault("race", 0.3, 350, 10, {**harness.IDLE_LIMIT, "UNSTALE_ACTION": "reconnect"})
# A loaded machine may make the server late, and a late close is a race again: hence the long gap.
CLOSED = Fault("close", 0.1, 700, 5, {})
RESET = Fault("rst", 0.1, 700, 5, {})
# The program's own pause is the limit: it writes in the same millisecond in which it is evicted.
AT_LIMIT = Fault("stay", 0, harness.LIMIT_MS, 20, harness.IDLE_LIMIT)


@dataclass
class Client:
    name: str
    command: list
    cures_itself: tuple = ()        # methods that the library repeats by itself
    preload: str = "LD_PRELOAD"     # the variable that takes the shim to the process under test
    server_options: tuple = ()
    tls: object = None              # a tls.Authority for https
    environment: dict = field(default_factory=dict)
    processes: int = 0              # 0: PROCESSES, or with TLS, where all runs go at once, 2

    def __post_init__(self):
        self.processes = self.processes or (2 if self.tls else PROCESSES)


def compiled(name, **more):
    harness.build()
    return Client(name, [os.path.join(harness.BUILD, name)], **more)


def java(name, main_class, properties=(), **more):
    harness.build()
    more = {"processes": 1, **more} if "tls" in more else more
    return Client(name, ["java", "-XX:TieredStopAtLevel=1", *properties, "-cp", harness.BUILD,
                         main_class], **more)


def script(name, file, **more):
    return Client(name, [os.path.join(harness.CLIENTS, file)], **more)


def start_server(client, fault):
    options = ["--mode", fault.mode, "--idle", str(fault.server_idle_s), *client.server_options]
    if not client.tls:
        return harness.Server(*options)
    return harness.Server(*options, "--tls", client.tls.cert, client.tls.key, scheme="https")


def run_processes(client, command, environment):
    """Several at once, to save time. Returns their reports."""
    processes = [subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
                 for _ in range(client.processes)]
    try:
        outputs = [process.communicate(timeout=CLIENT_LIMIT_S)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
            process.wait()
    return [json.loads(output) for output in outputs]


def measure(client, fault, method, environment):
    """One run of all processes. Returns what the clients and the server say about it."""
    environment = {**environment, **client.environment}
    rounds = PROCESSES * fault.reuses // client.processes + 1
    with start_server(client, fault) as server:
        command = [*client.command, server.url, method, str(rounds), str(fault.gap_ms)]
        reports = run_processes(client, command, environment)
        stats = server.stats()
    errors = {}
    for report in reports:
        for text, count in report["errors"].items():
            errors[text] = errors.get(text, 0) + count
    return {
        "client": client.name, "fault": fault.mode, "method": method,
        "shim": client.preload in environment,
        "sent": client.processes * rounds, "reuses": client.processes * (rounds - 1),
        "ok": sum(report["ok"] for report in reports),
        "lost": sum(report["lost"] for report in reports),
        "errors": errors,
        "served_once": stats["served_once"],
        "duplicates": stats["served_twice_or_more"],
        "broken": stats["broken"],
        "dropped_by_server": stats["lost"],
        "idle_closes": stats["idle_closes"],
        "connections": stats["connections"],
        "median_latency_us": statistics.median(
            [us for report in reports for us in report["latency_us"]] or [0]),
        "command": harness.command_text(command, environment),
    }


def record(result):
    if "E2E_RESULTS" in os.environ:
        with open(os.environ["E2E_RESULTS"], "a") as file:
            file.write(json.dumps(result) + "\n")


def demand_the_fault(demands, client, result):
    what = f"{client.name} {result['method']} bare: "
    demands.more_than(what + "requests dropped or connections closed by the server",
                      result["dropped_by_server"] + result["idle_closes"], 0)
    if result["method"] not in client.cures_itself:
        demands.more_than(what + "requests lost", result["lost"], 0)


def demand_the_cure(demands, client, result):
    what = f"{client.name} {result['method']} with the shim: "
    demands.equal(what + "requests lost", result["lost"], 0)
    demands.equal(what + "answers", result["ok"], result["sent"])
    demands.equal(what + "served once", result["served_once"], result["sent"])
    demands.equal(what + "duplicates", result["duplicates"], 0)
    demands.equal(what + "broken requests", result["broken"], 0)
    demands.equal(what + "requests that the server dropped", result["dropped_by_server"], 0)


def measure_all(client, fault):
    """Bare and under the shim, for each method: one after the other, or with TLS, to save time, at
    once."""
    bare = harness.bare_environment()
    shim = harness.shim_environment(fault.settings, client.preload)
    with concurrent.futures.ThreadPoolExecutor(2 * len(METHODS) if client.tls else 1) as pool:
        results = [pool.submit(measure, client, fault, method, environment)
                   for method in METHODS for environment in (bare, shim)]
        return [result.result() for result in results]


def run(client, fault=RACE):
    demands = harness.Demands()
    harness.temporary_folder()
    results = measure_all(client, fault)
    for result in results:
        record(result)
        if result["shim"]:
            demand_the_cure(demands, client, result)
        elif fault.mode != "stay":
            demand_the_fault(demands, client, result)
    demands.finish(*[json.dumps(result) for result in results])
