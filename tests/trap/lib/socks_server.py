#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A SOCKS5 proxy (RFC 1928, RFC 1929) for the preload_socks trap: socks_server.py PORT.

Whatever address it is asked for, it connects to 127.0.0.1:PORT. Prints its own port, ends when its
standard input does, and says then how many connections did not begin with a SOCKS greeting: that is
what an HTTP request looks like that was sent on a new connection to the proxy without one.
"""
import asyncio
import sys

strangers = 0


async def pump(reader, writer):
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def greet(reader, writer):
    """False when it is no SOCKS client."""
    version, methods = await reader.readexactly(2)
    if version != 5:
        return False
    offered = await reader.readexactly(methods)
    writer.write(bytes([5, 2 if 2 in offered else 0]))
    if 2 in offered:
        _, name = await reader.readexactly(2)
        secret = (await reader.readexactly(name + 1))[-1]
        await reader.readexactly(secret)
        writer.write(b"\x01\x00")
    kind = (await reader.readexactly(4))[3]
    length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
    await reader.readexactly(length + 2)
    writer.write(bytes([5, 0, 0, 1, 127, 0, 0, 1, 0, 1]))
    return True


async def serve(reader, writer):
    global strangers
    try:
        if not await greet(reader, writer):
            strangers += 1
            writer.close()
            return
        behind = await asyncio.open_connection("127.0.0.1", int(sys.argv[1]))
    except (asyncio.IncompleteReadError, ConnectionError):
        writer.close()
        return
    await asyncio.gather(pump(reader, behind[1]), pump(behind[0], writer))


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    print(f"{strangers} strangers", flush=True)

asyncio.run(main())
