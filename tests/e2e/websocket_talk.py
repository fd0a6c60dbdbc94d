# SPDX-License-Identifier: MIT
"""What the tests of WebSockets share: the server of the websockets library, which is silent between two
answers, and clients that are silent between two messages: websockets (in an event loop), with and
without pings of their own, and websocket-client (blocking). `certificates`, a module with
server_context() and client_context(), puts all of it into TLS."""
import asyncio

import websocket
import websockets

import protocols

certificates = None


async def echo(connection):
    async for message in connection:
        await connection.send(f"heard {message}")
        await asyncio.sleep(protocols.PAUSE_S)
        await connection.send(f"echo {message}")


async def serve_for_ever(port):
    context = certificates and certificates.server_context()
    async with websockets.serve(echo, "127.0.0.1", port, ping_interval=None, ssl=context):
        await asyncio.Future()


def serve(port):
    asyncio.run(serve_for_ever(port))


def messages():
    """In TLS of very different lengths: more than those the shim does not see there."""
    return "one", "two" * (50 if certificates else 1), "three"


def url(port):
    return f"{'wss' if certificates else 'ws'}://127.0.0.1:{port}/"


async def converse(port, ping_interval):
    context = certificates and certificates.client_context()
    async with websockets.connect(url(port), ping_interval=ping_interval,
                                  ssl=context) as connection:
        for message in messages():
            await asyncio.sleep(protocols.PAUSE_S)
            await connection.send(message)
            print(await connection.recv(), await connection.recv())


def event_loop(port):
    asyncio.run(converse(port, None))


def pinging_event_loop(port):
    asyncio.run(converse(port, 0.3))


def blocking(port):
    options = {"context": certificates.client_context()} if certificates else None
    connection = websocket.create_connection(url(port), timeout=10, sslopt=options)
    for message in messages():
        protocols.pause()
        connection.send(message)
        print(connection.recv(), connection.recv())
    connection.close()
