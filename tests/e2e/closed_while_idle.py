#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Measures what is lost when Redis or memcached has closed a connection that was idle, for clients that
never look before they reuse it and for one that does (redis-py's pool). Prints a Markdown table; demands nothing.

The servers close after 1 s (memcached: of 1 to 2 s); each client asks TURNS times with a longer silence
between. A loss is a call that fails. The three runs: bare, auto with no setting, auto with a limit
below the server's.
"""
import concurrent.futures
import contextlib
import sys
import time

import pylibmc
import redis
from pymemcache.client.base import Client

import harness
import protocols
import services

TURNS = 5
SILENCE_S = 4    # both servers look at their idle clients at intervals of their own
RUNS = {"bare": None, "auto": {}, "auto, idle = 500ms": {"UNSTALE_IDLE": "500ms"}}


@contextlib.contextmanager
def redis_server():
    with services.redis() as port:
        redis.Redis(port=port).config_set("timeout", 1)
        yield port


@contextlib.contextmanager
def memcached_server():
    port = services.free_port()
    with services.serving(port, ["memcached", "-l", "127.0.0.1", "-p", port, "-U", "0", "-o",
                                 "idle_timeout=1"], **services.account("memcache")):
        yield port


def count_losses(ask):
    """One call that opens the connection, then TURNS reuses. Returns how many failed; after a failure
    the connection is opened anew."""
    ask()
    lost = 0
    for _ in range(TURNS):
        time.sleep(SILENCE_S)
        try:
            ask()
        except Exception:    # each library has errors of its own; all of them are losses
            lost += 1
            ask()
    return lost


def redis_connection(port):
    """redis-py below its pool, which is what looks."""
    connection = redis.Connection(port=port)

    def ask():
        connection.send_command("GET", "x")
        connection.read_response()
    return ask


def redis_pool(port):
    client = redis.Redis(port=port)
    return lambda: client.get("x")


def pymemcache(port):
    client = Client(("127.0.0.1", port))
    return lambda: client.get("x")


def libmemcached(port):
    client = pylibmc.Client([f"127.0.0.1:{port}"])
    return lambda: client.get("x")


PROGRAMS = {redis_server: [redis_connection, redis_pool], memcached_server: [pymemcache, libmemcached]}


def measure(program, port, settings):
    environment = harness.bare_environment() if settings is None else harness.shim_environment(settings)
    return int(protocols.talk(protocols.this_file(program, port), port, environment))


def rows(server, programs, pool):
    """Everything at once, as it mostly sleeps."""
    with server() as port:
        started = {program: [pool.submit(measure, program, port, settings)
                             for settings in RUNS.values()] for program in programs}
        for program, runs in started.items():
            yield program.__name__, [run.result() for run in runs]


def main():
    if sys.argv[1:2] == ["program"]:
        print(count_losses(globals()[sys.argv[2]](int(sys.argv[3]))))
        return
    print("| client | " + " | ".join(f"lost of {TURNS}, {name}" for name in RUNS) + " |")
    print("| --- |" + " ---: |" * len(RUNS))
    with concurrent.futures.ThreadPoolExecutor(32) as pool:
        for server, programs in PROGRAMS.items():
            for name, losses in rows(server, programs, pool):
                print(f"| {name} | " + " | ".join(map(str, losses)) + " |")


main()
