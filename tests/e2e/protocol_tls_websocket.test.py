#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A WebSocket over TLS survives silence on either side, with websockets (in an event loop), with and
without pings, and with websocket-client (blocking)."""
import asyncio

import websocket
import websockets

import protocols
import tls
from protocols import pause


async def echo(connection):
    async for message in connection:
        await connection.send(f"heard {message}")
        await asyncio.sleep(protocols.PAUSE_S)
        await connection.send(f"echo {message}")


async def serve_for_ever(port):
    async with websockets.serve(echo, "127.0.0.1", port, ping_interval=None,
                                ssl=tls.server_context()):
        await asyncio.Future()


def serve(port):
    asyncio.run(serve_for_ever(port))


async def converse(port, ping_interval):
    async with websockets.connect(f"wss://127.0.0.1:{port}/", ping_interval=ping_interval,
                                  ssl=tls.client_context()) as connection:
        for message in ("one", "two" * 50, "three"):
            await asyncio.sleep(protocols.PAUSE_S)
            await connection.send(message)
            print(await connection.recv(), await connection.recv())


def event_loop(port):
    asyncio.run(converse(port, None))


def pinging_event_loop(port):
    asyncio.run(converse(port, 0.3))


def blocking(port):
    connection = websocket.create_connection(f"wss://127.0.0.1:{port}/", timeout=10,
                                             sslopt={"context": tls.client_context()})
    for message in ("one", "two" * 50, "three"):
        pause()
        connection.send(message)
        print(connection.recv(), connection.recv())
    connection.close()


tls.shared_authority()
protocols.hold(protocols.own_server(serve), programs=[event_loop, pinging_event_loop, blocking])
