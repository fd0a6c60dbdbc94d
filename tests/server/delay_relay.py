#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A TCP relay that delays each byte and each end of stream by half of --rtt, in both directions.

Between a client and a server on one machine it stands for a long way. To the client's kernel the
relay is the peer, so TCP_INFO shows the relay's round trip and not this delay: the harder case. Prints
"PORT n"; ends with its standard input.
"""
import argparse
import asyncio
import collections
import contextlib

from end_of_input import set_at_end_of_input
from promptly import promptly


class Direction:
    """What arrived, with the moment at which it goes on; one timer for the oldest."""

    def __init__(self, delay):
        self.delay = delay
        self.waiting = collections.deque()
        self.loop = asyncio.get_running_loop()
        self.sink = None

    def put(self, data):
        self.waiting.append((self.loop.time() + self.delay, data))
        if len(self.waiting) == 1 and self.sink:
            self.loop.call_at(self.waiting[0][0], self.flush)

    def connect(self, sink):
        self.sink = sink
        if self.waiting:
            self.loop.call_at(self.waiting[0][0], self.flush)

    def flush(self):
        while self.waiting and self.waiting[0][0] <= self.loop.time():
            _, data = self.waiting.popleft()
            if data is None:
                self.sink.close()
                return
            self.sink.write(data)
        if self.waiting:
            self.loop.call_at(self.waiting[0][0], self.flush)


class End(asyncio.Protocol):
    """One side: what it receives goes to `outgoing`; what is for it comes from `incoming`."""

    def __init__(self, outgoing, incoming):
        self.outgoing = outgoing
        self.incoming = incoming

    def connection_made(self, transport):
        self.incoming.connect(transport)

    def data_received(self, data):
        self.outgoing.put(data)

    def connection_lost(self, _):
        self.outgoing.put(None)


class Client(End):
    def __init__(self, port, delay):
        super().__init__(Direction(delay), Direction(delay))
        self.port = port
        self.task = None

    def connection_made(self, transport):
        super().connection_made(transport)
        self.task = asyncio.ensure_future(self.reach())

    async def reach(self):
        loop = asyncio.get_running_loop()
        try:
            await loop.create_connection(lambda: End(self.incoming, self.outgoing), "127.0.0.1",
                                         self.port)
        except OSError:
            self.incoming.put(None)


async def run(options):
    promptly()
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    await set_at_end_of_input(done)
    server = await loop.create_server(lambda: Client(options.to, options.rtt / 2), "127.0.0.1", 0,
                                      backlog=1024)
    print("PORT", server.sockets[0].getsockname()[1], flush=True)
    await done.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="A TCP relay with a delay.")
    parser.add_argument("--to", type=int, required=True, metavar="PORT")
    parser.add_argument("--rtt", type=float, default=0.04, metavar="SECONDS")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(parser.parse_args()))
