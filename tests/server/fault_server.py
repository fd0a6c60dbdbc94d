#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A keep-alive HTTP/1.1 server that goes away at the worst moment, on a script.

--mode says what happens to a connection that was idle for --idle seconds (T):
  race   a request that arrives T or later after the last response is read and never answered;
  close  FIN after T;      rst   RST after T;      stay   nothing, ever.
Prints "PORT n" (and "CONTROL n") when it is ready. GET /stats on the control port gives its counts
as JSON. Loopback only. It ends with SIGTERM; with --until-eof also when its standard input ends, so
that it cannot outlive the test that holds the other end. Endpoints: see endpoints.py.
"""
import argparse
import asyncio
import contextlib
import json
import signal
import socket
import ssl
import struct

import endpoints
from counts import Counts
from end_of_input import set_at_end_of_input
from http_messages import parse_head, read_body, response_head

CLIENT_LEFT = (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError, TimeoutError)


class Connection:
    def __init__(self, options, counts, reader, writer):
        self.options = options
        self.counts = counts
        self.reader = reader
        self.writer = writer
        self.answered = 0
        self.idle_since = None      # loop time; None before the first response

    @property
    def clock(self):
        return asyncio.get_running_loop().time()

    async def serve(self):
        self.counts.connections += 1
        self.counts.open += 1
        try:
            while await self.serve_one():
                pass
        except CLIENT_LEFT:
            pass
        finally:
            self.counts.open -= 1
            self.writer.close()
            with contextlib.suppress(*CLIENT_LEFT):
                await self.writer.wait_closed()

    async def serve_one(self):
        """One exchange; False when the connection has served its last."""
        head = await self.next_head()
        if not head:
            return False
        too_late = self.is_too_late()
        try:
            request = parse_head(head)
            if request.expects_continue:
                self.writer.write(response_head("100 Continue", {}))
            body = await read_body(self.reader, request.headers)
        except (ValueError, *CLIENT_LEFT):
            self.counts.broken += 1
            return False
        if too_late:
            self.counts.note_lost(request)
            return False
        return await self.answer(request, body)

    async def next_head(self):
        closes = self.options.mode in ("close", "rst")
        patience = self.options.idle if closes and self.answered else None
        try:
            return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), patience)
        except asyncio.IncompleteReadError as error:
            self.counts.broken += bool(error.partial)
            return None
        except asyncio.TimeoutError:
            self.counts.idle_closes += 1
            if self.options.mode == "rst":
                self.reset()
            return None

    def is_too_late(self):
        """RFC 9112 section 9.5: a server may close an idle connection at any time, and a client may
        send a request at the same moment. On the wire the FIN and the request cross; what the
        client sees is that its request was accepted by the kernel and answered with the end of the
        stream. Reading the request and then closing shows the client exactly that, at any idle time
        >= T, without a need to hit the microsecond. (All of it is read first: closing on unread
        bytes would send an RST and make another fault out of it.)"""
        if self.options.mode != "race" or self.idle_since is None:
            return False
        return self.clock - self.idle_since >= self.options.idle

    def reset(self):
        self.writer.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def answer(self, request, body):
        last = not request.keeps_alive or self.answered + 1 == self.options.max
        ends = await endpoints.answer(endpoints.Exchange(
            request, body, self.reader, self.writer, self.common_headers(last)))
        # No await lies between the last write and this: the client may ask for the counts at once.
        self.answered += 1
        self.counts.note_served(request)
        self.idle_since = self.clock
        await self.writer.drain()
        return not (ends or last)

    def common_headers(self, last):
        if last:
            return {"Connection": "close"}
        if self.options.keep_alive_header:
            return {"Connection": "keep-alive",
                    "Keep-Alive": f"timeout={self.options.idle:g}"}
        return {}


async def serve_control(counts, reader, writer):
    """One request a connection is enough here."""
    with contextlib.suppress(*CLIENT_LEFT):
        await reader.readuntil(b"\r\n\r\n")
        body = json.dumps(counts.as_dict()).encode()
        writer.write(response_head("200 OK", {
            "Content-Length": len(body), "Connection": "close"}) + body)
        await writer.drain()
    writer.close()


async def listen(serve, host, port, name, tls=None):
    # Like nginx, the server does not wait long for the client's close_notify; the JDK sends none.
    wait = {"ssl_shutdown_timeout": 0.1} if tls else {}
    server = await asyncio.start_server(serve, host, port, ssl=tls, backlog=1024, **wait)
    print(name, server.sockets[0].getsockname()[1], flush=True)
    return server


def tls_context(files):
    if not files:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*files)
    return context


async def run(options):
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    if options.until_eof:
        await set_at_end_of_input(done)
    counts = Counts()
    host = "::1" if options.ipv6 else "127.0.0.1"
    servers = [await listen(lambda *streams: Connection(options, counts, *streams).serve(),
                            host, options.port, "PORT", tls_context(options.tls))]
    if options.control is not None:
        servers.append(await listen(lambda *streams: serve_control(counts, *streams),
                                    "127.0.0.1", options.control, "CONTROL"))
    await done.wait()


def parse_options():
    parser = argparse.ArgumentParser(description="A keep-alive server with faults.")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control", type=int, metavar="PORT")
    parser.add_argument("--ipv6", action="store_true")
    parser.add_argument("--idle", type=float, default=0.3, metavar="SECONDS")
    parser.add_argument("--mode", choices=("race", "close", "rst", "stay"), default="race")
    parser.add_argument("--max", type=int, default=0, help="requests a connection; 0: no end")
    parser.add_argument("--keep-alive-header", action="store_true")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--until-eof", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run(parse_options()))
