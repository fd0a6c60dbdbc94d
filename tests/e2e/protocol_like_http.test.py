#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Protocols whose requests look like HTTP and are not: RTSP with interleaved media, SIP, ICAP, and
a source that streams to Icecast. Their sessions live in the connection. The server is scripted: it
answers each request with the protocol's status line, and speaks unasked where the protocol does."""
import asyncio
import select
import socket

import protocols

REPLIES = {
    b"RTSP/1.0": b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: %d\r\nContent-Length: 2\r\n\r\nok",
    b"SIP/2.0": b"SIP/2.0 200 OK\r\nCSeq: 1 NOTIFY\r\nCall-ID: %d\r\nContent-Length: 0\r\n\r\n",
    b"ICAP/1.0": b"ICAP/1.0 204 No Content\r\nISTag: \"%d\"\r\nEncapsulated: null-body=0\r\n\r\n",
    b"HTTP/1.0": b"HTTP/1.0 200 OK\r\nSeen: %d\r\n\r\n",
}
MEDIA = b"$\x00\x00\x04data"
CONVERSATIONS = {
    "RTSP/1.0": ["OPTIONS rtsp://test/a", "DESCRIBE rtsp://test/a", "SETUP rtsp://test/a/1",
                 "PLAY rtsp://test/a", "GET_PARAMETER rtsp://test/a", "OPTIONS rtsp://test/a",
                 "TEARDOWN rtsp://test/a"],
    "SIP/2.0": ["REGISTER sip:test", "OPTIONS sip:test", "SUBSCRIBE sip:test", "NOTIFY sip:test"],
    "ICAP/1.0": ["OPTIONS icap://test/a", "REQMOD icap://test/a", "OPTIONS icap://test/a"],
}


async def answer(reader, writer):
    """The count of requests on this connection is in each answer."""
    for number in range(1, 1000):
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return writer.close()
        method, _, version = head.split(b"\r\n")[0].split(b" ")
        writer.write(REPLIES[version] % number)
        if method == b"PLAY":
            asyncio.create_task(play(writer))
        if method == b"SOURCE":
            writer.write(b"%d" % len(await reader.readuntil(b"end")))
            return writer.close()


async def play(writer):
    for _ in range(3):
        await asyncio.sleep(protocols.PAUSE_S / 4)
        writer.write(MEDIA)


async def serve_for_ever(port):
    server = await asyncio.start_server(answer, "127.0.0.1", port)
    await server.serve_forever()


def serve(port):
    asyncio.run(serve_for_ever(port))


def receive(connection):
    """What comes within a silence; waiting in select() is what an eviction would need."""
    received = b""
    while select.select([connection], [], [], protocols.PAUSE_S)[0]:
        more = connection.recv(65536)
        if not more:
            return received + b" end"
        received += more
    return received


def converse(port, version):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for number, request in enumerate(CONVERSATIONS[version]):
            head = f"{request} {version}\r\nCSeq: {number}\r\nHost: test\r\n"
            connection.sendall(f"{head}Content-Length: 0\r\n\r\n".encode())
            print(request, receive(connection))


def rtsp(port):
    converse(port, "RTSP/1.0")


def sip(port):
    converse(port, "SIP/2.0")


def icap(port):
    converse(port, "ICAP/1.0")


def icecast(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"SOURCE /radio HTTP/1.0\r\nContent-Type: audio/mpeg\r\n\r\n")
        print(receive(connection))
        for piece in (b"one ", b"GET / HTTP/1.1\r\n\r\n", b"end"):
            connection.sendall(piece)
            print(receive(connection))


protocols.hold(protocols.own_server(serve), programs=[rtsp, sip, icap, icecast])
