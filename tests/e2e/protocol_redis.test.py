#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Redis keeps in the connection: the chosen database, the user, a transaction, subscriptions, the
client's name, and the order of pipelined replies. redis-cli, redis-py and its asyncio twin find all
of it as it was after each silence."""
import asyncio

import redis
import redis.asyncio

import protocols
import services
from protocols import pause

TYPED = """
SELECT 3
SET where{port} three
CLIENT SETNAME kept
GET where{port}
CLIENT GETNAME
MULTI
SET where{port} four
EXEC
WATCH where{port}
MULTI
DISCARD
GET where{port}
""".split("\n")


def session(port):
    """Database, name and user."""
    user, key = f"user{port}", f"key{port}"
    client = redis.Redis(port=port, db=5, single_connection_client=True, client_name="kept")
    print(client.acl_setuser(user, enabled=True, passwords=["+secret"], keys="*",
                             commands=["+@all"]))
    pause()
    print(client.execute_command("AUTH", user, "secret"))
    pause()
    print(client.acl_whoami() == user, client.set(key, "five"), client.client_getname())
    pause()
    print(client.get(key), client.client_info()["db"])


def pipelines(port):
    client = redis.Redis(port=port)
    for number in range(3):
        with client.pipeline(transaction=False) as pipeline:
            print(pipeline.set(f"n{port}", number).get(f"n{port}").incr(f"n{port}").execute())
        pause()


def half_pipeline(port):
    """The silence lies between two commands of which no reply was read."""
    connection = redis.Connection(port=port)
    for words in (["SET", f"half{port}", "1"], ["INCR", f"half{port}"], ["GET", f"half{port}"]):
        connection.send_command(*words)
        pause()
    print([connection.read_response() for _ in range(3)])


def watched_transaction(port):
    client = redis.Redis(port=port)
    with client.pipeline() as pipeline:
        pipeline.watch(f"balance{port}")
        pause()
        print(pipeline.get(f"balance{port}"))
        pipeline.multi()
        pipeline.set(f"balance{port}", 100)
        pause()
        print(pipeline.execute())


def open_transaction(port):
    """redis-py sends a transaction as one; here MULTI is sent before the silence."""
    connection = redis.Connection(port=port)
    for words in (["MULTI"], ["SET", "x", "1"], ["GET", "x"], ["EXEC"]):
        connection.send_command(*words)
        print(connection.read_response())
        pause()


def blocking(port):
    client = redis.Redis(port=port, single_connection_client=True)
    print(client.blpop(f"nothing{port}", timeout=1))
    pause()
    print(client.ping())


def subscription(port):
    """The news is published over a second connection."""
    listener = redis.Redis(port=port).pubsub()
    channel = f"news{port}"
    listener.subscribe(channel)
    print(listener.get_message(timeout=1)["type"])
    pause()
    listener.ping()
    print(listener.get_message(timeout=1))
    pause()
    redis.Redis(port=port).publish(channel, "hello")
    print(listener.get_message(timeout=1)["data"])


async def in_event_loop(port):
    client = redis.asyncio.Redis(port=port, db=7, single_connection_client=True)
    print(await client.set(f"loop{port}", "seven"))
    await asyncio.sleep(protocols.PAUSE_S)
    print(await client.get(f"loop{port}"))
    await asyncio.sleep(protocols.PAUSE_S)
    print((await client.client_info())["db"])
    await client.close()


def event_loop(port):
    asyncio.run(in_event_loop(port))


protocols.hold(
    services.redis, {"redis-cli": protocols.command("redis-cli", "-p", "{port}", lines=TYPED)},
    [session, pipelines, half_pipeline, watched_transaction, open_transaction, blocking,
     subscription, event_loop], connections={"subscription": 2})
