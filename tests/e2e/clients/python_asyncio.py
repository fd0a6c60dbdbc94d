#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""asyncio's raw streams: the event loop is parked in epoll_wait() on the idle connection, and the
client opens a new one when the stream says that the old one has ended."""
import asyncio
import ssl
from urllib.parse import urlsplit

from rounds import Rounds

rounds = Rounds("python-asyncio")
peer = urlsplit(rounds.base_url)
context = ssl.create_default_context() if peer.scheme == "https" else None


async def exchange(streams, path):
    reader, writer = streams
    body = rounds.body or b""
    writer.write(f"{rounds.method} {path} HTTP/1.1\r\nHost: {peer.netloc}\r\n"
                 f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    await reader.readexactly(int(head.split("content-length: ")[1].split("\r\n")[0]))


def is_usable(streams):
    return streams and not streams[0].at_eof() and not streams[1].is_closing()


async def main():
    streams = None
    for number, path in enumerate(rounds.paths()):
        if number:
            await asyncio.sleep(rounds.gap_s)
        with rounds.exchange():
            if not is_usable(streams):
                streams = await asyncio.open_connection(peer.hostname, peer.port, ssl=context)
            await exchange(streams, path)
    rounds.report()


asyncio.run(main())
