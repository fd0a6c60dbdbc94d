#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A keep-alive HTTP/1.1 server with an idle timer, and nothing else: what limits are learnt from.

It closes a connection that was idle for T seconds with a FIN, as real servers do: a request that
crosses it on the wire meets a closed socket. Prints "PORT n" and "CONTROL n". On the control port
GET /timeout/SECONDS sets T for what comes to rest from then on, GET /restart closes all connections
at once, GET /stats gives the counts as JSON. Ends with its standard input.
"""
import argparse
import asyncio
import contextlib
import json

from end_of_input import set_at_end_of_input
from promptly import promptly


class Server:
    def __init__(self, options):
        self.options = options
        self.timeout = options.timeout
        self.open = set()
        self.counts = {"connections": 0, "requests": 0, "idle_closes": 0}

    def head(self):
        hint = f"Keep-Alive: timeout={self.timeout:g}\r\n" if self.options.hint else ""
        return f"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n{hint}\r\nok".encode()

    def restart(self):
        for transport in list(self.open):
            transport.close()


class Connection(asyncio.Protocol):
    """Requests are headers alone; each is answered when its empty line is in."""

    def __init__(self, server):
        self.server = server
        self.timer = None
        self.begun = b""

    def connection_made(self, transport):
        self.transport = transport
        self.server.open.add(transport)
        self.server.counts["connections"] += 1

    def data_received(self, data):
        if self.timer:
            self.timer.cancel()
        *requests, self.begun = (self.begun + data).split(b"\r\n\r\n")
        for _ in requests:
            self.server.counts["requests"] += 1
            self.transport.write(self.server.head())
        self.timer = asyncio.get_running_loop().call_later(self.server.timeout, self.give_up)

    def give_up(self):
        self.server.counts["idle_closes"] += 1
        self.transport.close()

    def connection_lost(self, _):
        if self.timer:
            self.timer.cancel()
        self.server.open.discard(self.transport)


async def serve_control(server, reader, writer):
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        request = (await reader.readuntil(b"\r\n\r\n")).split()[1].decode()
        if request.startswith("/timeout/"):
            server.timeout = float(request.rpartition("/")[2])
        elif request == "/restart":
            server.restart()
        body = json.dumps(server.counts).encode()
        writer.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s"
                     % (len(body), body))
        await writer.drain()
    writer.close()


async def run(options):
    promptly()
    server = Server(options)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    await set_at_end_of_input(done)
    data = await loop.create_server(lambda: Connection(server), "127.0.0.1", 0, backlog=1024)
    control = await asyncio.start_server(lambda *streams: serve_control(server, *streams),
                                         "127.0.0.1", 0)
    print("PORT", data.sockets[0].getsockname()[1], flush=True)
    print("CONTROL", control.sockets[0].getsockname()[1], flush=True)
    await done.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A keep-alive server with an idle timer.")
    parser.add_argument("--timeout", type=float, default=5, metavar="SECONDS")
    parser.add_argument("--hint", action="store_true", help="say Keep-Alive: timeout=T")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(parser.parse_args()))
