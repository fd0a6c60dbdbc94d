#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A stream of events over TLS that is silent for longer than the limit between two of them is not cut off
for a program that waits in epoll, with asyncio, whose OpenSSL is in reach, but not its socket."""
import asyncio
import ssl

import protocols
import tls

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n"
EVENTS = 4


async def stream_events(reader, writer):
    await reader.readuntil(b"\r\n\r\n")
    writer.write(HEAD)
    for number in range(EVENTS):
        writer.write(f"data: event {number}\n\n".encode())
        await asyncio.sleep(protocols.PAUSE_S)
    writer.close()


async def serve_for_ever(port):
    async with await asyncio.start_server(stream_events, "127.0.0.1", port,
                                          ssl=tls.server_context()) as server:
        await server.serve_forever()


def serve(port):
    asyncio.run(serve_for_ever(port))


async def listen(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls.client_context())
    writer.write(b"GET /events HTTP/1.1\r\nHost: localhost\r\nAccept: */*\r\n\r\n")
    try:
        while line := await reader.readline():
            print(line.decode().strip())
    except ssl.SSLError as error:
        print(error)


def event_loop(port):
    asyncio.run(listen(port))


tls.shared_authority()
protocols.hold(protocols.own_server(serve), programs=[event_loop])
