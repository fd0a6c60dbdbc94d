#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Redis over TLS: database, name, transaction and subscription are as they were after each silence,
with redis-cli, redis-py and its asyncio twin (OpenSSL), and with Node, in whose TLS nothing can be
read. The keys and values are long, to look like requests and responses."""
import asyncio

import redis
import redis.asyncio

import protocols
import sessions
import tls
from protocols import pause

TYPED = """
SELECT 3
SET where{port} three
GET where{port}
MULTI
SET where{port} four
EXEC
""".split("\n")
KEY, VALUE = "k" * 40, "v" * 200
INLINE = [f"{line}\\r\\n" for line in ("SELECT 3", f"SET {KEY} {VALUE}", f"GET {KEY}", f"GET {KEY}",
                                       "SUBSCRIBE news", "PING")]
authority = tls.shared_authority()
TRUST = {"ssl": True, "ssl_ca_certs": authority.ca, "ssl_check_hostname": False}


def session(port):
    client = redis.Redis(port=port, db=5, single_connection_client=True, client_name="kept", **TRUST)
    print(client.set(f"{KEY}{port}", VALUE))
    for _ in range(3):
        pause()
        print(client.get(f"{KEY}{port}"), client.client_getname(), client.client_info()["db"])


def subscription(port):
    """The news is published over a second connection."""
    listener = redis.Redis(port=port, **TRUST).pubsub()
    listener.subscribe(f"news{port}")
    print(listener.get_message(timeout=1)["type"])
    pause()
    redis.Redis(port=port, **TRUST).publish(f"news{port}", VALUE)
    print(listener.get_message(timeout=1)["data"])


async def in_event_loop(port):
    client = redis.asyncio.Redis(port=port, db=7, single_connection_client=True, **TRUST)
    for _ in range(3):
        print(await client.set(f"loop{port}", VALUE), await client.get(f"loop{port}"))
        await asyncio.sleep(protocols.PAUSE_S)
    print((await client.client_info())["db"])
    await client.close()


def event_loop(port):
    asyncio.run(in_event_loop(port))


REDIS_CLI = ("redis-cli", "--tls", "--cacert", authority.ca, "-p", "{port}")
protocols.hold(lambda: sessions.redis_tls(authority),
               {"redis-cli": protocols.command(*REDIS_CLI, lines=TYPED),
                "node": tls.node_talk(INLINE)},
               [session, subscription, event_loop], connections={"subscription": 2})
