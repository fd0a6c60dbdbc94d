# SPDX-License-Identifier: MIT
"""The least of RFC 6455 that echoes: handshake, masked client frames, text, binary, ping, close.

No fragments and no extensions: the tests send short messages.
"""
import base64
import hashlib

from http_messages import response_head

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"   # RFC 6455 section 1.3
TEXT, BINARY, CLOSE, PING, PONG = 0x1, 0x2, 0x8, 0x9, 0xA


def handshake(request):
    key = request.headers["sec-websocket-key"].encode()
    accept = base64.b64encode(hashlib.sha1(key + GUID).digest()).decode()
    return response_head("101 Switching Protocols", {
        "Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Accept": accept})


async def read_frame(reader):
    """Returns (opcode, payload), unmasked."""
    first, second = await reader.readexactly(2)
    length = second & 0x7F
    if length == 126:
        length = int.from_bytes(await reader.readexactly(2), "big")
    elif length == 127:
        length = int.from_bytes(await reader.readexactly(8), "big")
    mask = await reader.readexactly(4) if second & 0x80 else bytes(4)
    payload = await reader.readexactly(length)
    return first & 0x0F, bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def frame(opcode, payload):
    if len(payload) < 126:
        length = bytes([len(payload)])
    else:
        length = b"\x7e" + len(payload).to_bytes(2, "big")
    return bytes([0x80 | opcode]) + length + payload


async def echo(request, reader, writer):
    writer.write(handshake(request))
    while True:
        opcode, payload = await read_frame(reader)
        if opcode == PING:
            opcode = PONG
        writer.write(frame(opcode, payload))
        await writer.drain()
        if opcode == CLOSE:
            return
