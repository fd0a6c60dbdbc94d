#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""HTTP/2 with prior knowledge: streams, windows and header tables belong to the connection. httpx,
its asyncio twin and h2load are silent between streams, and curl in the middle of an upload, which
the server sends back. (curl 7.88 itself fails at a second transfer over such a connection, bare as
well.)
"""
import asyncio
import contextlib
import os

import httpx

import harness
import protocols
import services

URL = "http://127.0.0.1:{port}/file"
UPLOAD = ["curl", "-sS", "--http2-prior-knowledge", "-X", "POST", "-T", "-", URL]
TWO_A_SECOND = f"h2load -n 4 -c 1 -m 1 --rps 2 {URL} | grep ^requests:"


@contextlib.contextmanager
def nghttpd():
    folder = harness.temporary_folder()
    with open(os.path.join(folder, "file"), "w") as file:
        file.write("a file\n")
    port = services.free_port()
    with services.serving(port, ["nghttpd", "--no-tls", "--echo-upload", "-a", "127.0.0.1", "-d",
                                 folder, port]):
        yield port


def client_of(kind, **options):
    return kind(http1=False, http2=True, trust_env=False, **options)


def httpx_blocking(port):
    with client_of(httpx.Client) as client:
        for _ in range(3):
            answer = client.get(f"http://127.0.0.1:{port}/file")
            print(answer.http_version, answer.text)
            protocols.pause()


async def in_event_loop(port):
    async with client_of(httpx.AsyncClient) as client:
        for _ in range(3):
            url = f"http://127.0.0.1:{port}/file"
            answers = await asyncio.gather(client.get(url), client.post(url, content=b"sent"))
            print([(answer.http_version, answer.text) for answer in answers])
            await asyncio.sleep(protocols.PAUSE_S)


def httpx_asyncio(port):
    asyncio.run(in_event_loop(port))


protocols.hold(
    nghttpd,
    {"curl": protocols.command(*UPLOAD, lines=["one", "two", "three"]),
     "h2load": protocols.command("sh", "-c", TWO_A_SECOND)},
    [httpx_blocking, httpx_asyncio])
