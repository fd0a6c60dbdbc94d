#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A WebSocket of the websockets library's server survives silence on either side, with websockets
(in an event loop) and websocket-client (blocking), with and without pings of the client's own."""
import asyncio

import websocket
import websockets

import protocols
from protocols import pause


async def echo(connection):
    async for message in connection:
        await connection.send(f"heard {message}")
        await asyncio.sleep(protocols.PAUSE_S)
        await connection.send(f"echo {message}")


async def serve_for_ever(port):
    async with websockets.serve(echo, "127.0.0.1", port, ping_interval=None):
        await asyncio.Future()


def serve(port):
    asyncio.run(serve_for_ever(port))


async def converse(port, ping_interval):
    url = f"ws://127.0.0.1:{port}/"
    async with websockets.connect(url, ping_interval=ping_interval) as connection:
        for message in ("one", "two", "three"):
            await asyncio.sleep(protocols.PAUSE_S)
            await connection.send(message)
            print(await connection.recv(), await connection.recv())


def event_loop(port):
    asyncio.run(converse(port, None))


def pinging_event_loop(port):
    asyncio.run(converse(port, 0.3))


def blocking(port):
    connection = websocket.create_connection(f"ws://127.0.0.1:{port}/", timeout=10)
    for message in ("one", "two", "three"):
        pause()
        connection.send(message)
        print(connection.recv(), connection.recv())
    connection.close()


protocols.hold(protocols.own_server(serve), programs=[event_loop, pinging_event_loop, blocking])
