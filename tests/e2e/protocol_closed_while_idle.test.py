#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""Clients of Redis and memcached that never look before they reuse a connection lose a call each
time the server has closed it while it was idle. Under the shim, in auto and with no setting, they
lose none: as long as their session is empty.

The servers close after 1 s of idleness; each client calls again after a longer silence. redis-py's
pool, which looks, loses nothing bare either. redis-cli connects anew at the command after the one
lost.
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

TURNS = 3
SILENCE_S = 4    # both servers look at their idle clients at intervals of their own
BARE_LOSSES = {"redis_connection": TURNS, "redis_pool": 0, "redis_cli": 2, "pymemcache": TURNS,
               "libmemcached": TURNS}
SETTINGS = {"no setting": {}, "a limit": harness.IDLE_LIMIT}
TYPE_SLOWLY = f"for turn in $(seq {1 + TURNS}); do echo PING; sleep {SILENCE_S}; done"


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
    """One call that opens the connection, then TURNS reuses. Returns how many failed; after a
    failure the connection is opened anew."""
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
    return count_losses(ask)


def redis_pool(port):
    client = redis.Redis(port=port)
    return count_losses(lambda: client.get("x"))


def redis_cli(port):
    typed = f"({TYPE_SLOWLY}) | redis-cli -p {port}"
    return 1 + TURNS - protocols.talk(["sh", "-c", typed], port, None).count("PONG")


def pymemcache(port):
    client = Client(("127.0.0.1", port))
    return count_losses(lambda: client.get("x"))


def libmemcached(port):
    client = pylibmc.Client([f"127.0.0.1:{port}"])
    return count_losses(lambda: client.get("x"))


PROGRAMS = {redis_server: [redis_connection, redis_pool, redis_cli],
            memcached_server: [pymemcache, libmemcached]}


def start_all(server_port, programs, pool):
    """Yields (program's name, run, future of its losses). At once, as it mostly sleeps."""
    environments = {"bare": harness.bare_environment(),
                    **{name: harness.shim_environment(settings)
                       for name, settings in SETTINGS.items()}}
    for program in programs:
        for run, environment in environments.items():
            yield program.__name__, run, pool.submit(
                protocols.talk, protocols.this_file(program, server_port), server_port, environment)


def main():
    if sys.argv[1:2] == ["program"]:
        print(globals()[sys.argv[2]](int(sys.argv[3])))
        return
    demands = harness.Demands()
    with concurrent.futures.ThreadPoolExecutor(32) as pool, contextlib.ExitStack() as servers:
        started = [start for server, programs in PROGRAMS.items()
                   for start in start_all(servers.enter_context(server()), programs, pool)]
        for name, run, losses in started:
            wanted = BARE_LOSSES[name] if run == "bare" else 0
            demands.equal(f"{name}, {run}: lost of {TURNS}", losses.result().strip(), str(wanted))
    demands.finish()


main()
