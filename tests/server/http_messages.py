# SPDX-License-Identifier: MIT
"""HTTP/1.1 messages as the fault server needs them: reads requests, builds responses.

A request body is read as it arrives (Content-Length or chunked, RFC 9112 section 6) and only its
length and digest are kept. A response is built as one block of bytes, so that it leaves in one
write and a client's count of receive calls is the same in every run.
"""
import hashlib
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit


@dataclass
class Request:
    method: str
    path: str
    query: dict
    version: str
    headers: dict      # lower-case names

    @property
    def id(self):
        """What the client calls this request: /r/ID or X-Request-Id; None if it has no name."""
        if self.path.startswith("/r/"):
            return self.path[len("/r/"):]
        return self.headers.get("x-request-id")

    @property
    def keeps_alive(self):
        """RFC 9112 section 9.3: 1.1 persists unless told otherwise, 1.0 only when asked."""
        tokens = self.headers.get("connection", "").lower()
        if self.version == "HTTP/1.0":
            return "keep-alive" in tokens
        return "close" not in tokens

    @property
    def expects_continue(self):
        return self.headers.get("expect", "").lower() == "100-continue"

    def number(self, name, default):
        return int(self.query.get(name, [default])[0])


@dataclass
class Body:
    length: int
    sha256: str


def parse_head(head):
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, version = first.split(" ")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    parts = urlsplit(target)
    return Request(method, parts.path, parse_qs(parts.query), version, headers)


async def _body_pieces(reader, headers):
    if headers.get("transfer-encoding", "").lower() == "chunked":
        while size := int((await reader.readline()).split(b";")[0], 16):
            yield await reader.readexactly(size)
            await reader.readexactly(2)
        while (await reader.readline()).strip():
            pass    # trailers, up to the empty line
        return
    left = int(headers.get("content-length", 0))
    while left:
        piece = await reader.read(min(left, 65536))
        if not piece:
            raise ConnectionResetError("the client left in the middle of a body")
        left -= len(piece)
        yield piece


async def read_body(reader, headers):
    length = 0
    digest = hashlib.sha256()
    async for piece in _body_pieces(reader, headers):
        length += len(piece)
        digest.update(piece)
    return Body(length, digest.hexdigest())


def response_head(status, headers):
    lines = [f"HTTP/1.1 {status}"] + [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def response(request, body, headers, status="200 OK"):
    """A whole response with Content-Length; a HEAD gets the same head without the body."""
    head = response_head(status, {**headers, "Content-Length": len(body)})
    return head if request.method == "HEAD" else head + body


def chunk(piece):
    """One chunk; the empty piece is the last chunk."""
    return b"%x\r\n%s\r\n" % (len(piece), piece)
