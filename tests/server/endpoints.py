# SPDX-License-Identifier: MIT
"""The fault server's endpoints. Each takes an Exchange and answers it.

An endpoint that takes its time must finish every exchange that it began: faults are the business of
the connection's idle policy, not of the endpoints. One that returns True leaves the connection
unfit for another request.
"""
import asyncio
from dataclasses import dataclass
from typing import Any

import websocket
from http_messages import Body, Request, chunk, response, response_head


@dataclass
class Exchange:
    request: Request
    body: Body
    reader: Any
    writer: Any
    headers: dict      # what every response of this connection carries

    def answer(self, body, **headers):
        self.writer.write(response(self.request, body, {**self.headers, **headers}))

    async def pause(self, default_ms):
        await self.writer.drain()
        await asyncio.sleep(self.request.number("ms", default_ms) / 1000)


async def plain(exchange):
    exchange.answer(f"{exchange.request.method} {exchange.request.path}\n".encode())


async def slow(exchange):
    await exchange.pause(1000)
    exchange.answer(b"slow\n")


async def drip(exchange):
    """A chunked body in n pieces, ms apart; the head leaves with the first piece."""
    out = response_head("200 OK", {**exchange.headers, "Transfer-Encoding": "chunked"})
    for number in range(exchange.request.number("n", 5)):
        exchange.writer.write(out + chunk(f"piece {number}\n".encode()))
        out = b""
        await exchange.pause(100)
    exchange.writer.write(out + chunk(b""))


async def sse(exchange):
    """Server-sent events in a chunked body, as Node and nginx send them."""
    exchange.writer.write(response_head("200 OK", {
        **exchange.headers, "Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}))
    for number in range(exchange.request.number("n", 3)):
        await exchange.pause(100)
        exchange.writer.write(chunk(f"data: event {number}\n\n".encode()))
    exchange.writer.write(chunk(b""))


async def upload(exchange):
    exchange.answer(f"{exchange.body.length} {exchange.body.sha256}\n".encode())


async def early(exchange):
    """103 Early Hints (RFC 8297) and, ms later, the response."""
    exchange.writer.write(response_head("103 Early Hints", {"Link": "</style.css>; rel=preload"}))
    await exchange.pause(1000)
    exchange.answer(b"early\n")


async def continued(exchange):
    """The server has sent 100 Continue and read the body; the response takes ms more."""
    await exchange.pause(1000)
    exchange.answer(f"continued {exchange.body.length}\n".encode())


async def until_close(exchange):
    """A body that ends with the connection (RFC 9112 section 6.3, case 8), in n pieces."""
    exchange.writer.write(response_head("200 OK", {"Connection": "close"}))
    for number in range(exchange.request.number("n", 3)):
        exchange.writer.write(f"line {number}\n".encode())
        await exchange.pause(100)
    return True


async def web_socket(exchange):
    await websocket.echo(exchange.request, exchange.reader, exchange.writer)
    return True


ENDPOINTS = {
    "/slow": slow,
    "/drip": drip,
    "/sse": sse,
    "/upload": upload,
    "/early": early,
    "/continue": continued,
    "/untilclose": until_close,
    "/ws": web_socket,
}


async def answer(exchange):
    """True if the connection must be closed after this exchange."""
    return await ENDPOINTS.get(exchange.request.path, plain)(exchange)
