# SPDX-License-Identifier: MIT
"""One HTTP connection on a raw socket, used in the ways in which programs use sockets.

Style "blocking" waits inside recv(); "poll" has a timeout, so CPython polls before each call;
"epoll" is non-blocking, edge-triggered and parked in epoll_wait(). A connection that ends, errors
or stalls raises: these programs have no way to repair anything.
"""
import select
import socket
import sys
import time
from urllib.parse import urlsplit

STYLES = ("blocking", "poll", "epoll")
PATIENCE_S = 40
ALL_EDGES = select.EPOLLIN | select.EPOLLOUT | select.EPOLLRDHUP | select.EPOLLET


class Wire:
    def __init__(self, style, url):
        self.style = style
        self.peer = urlsplit(url)
        self.socket = socket.create_connection((self.peer.hostname, self.peer.port))
        self.received = b""
        if style == "poll":
            self.socket.settimeout(PATIENCE_S)
        if style == "epoll":
            self.socket.setblocking(False)
            self.poller = select.epoll()
            self.poller.register(self.socket, ALL_EDGES)

    def send(self, data):
        """The tests send little, so it always fits into the socket's buffer."""
        assert self.socket.send(data) == len(data)

    def request(self, method, path, body=b"", **headers):
        """Sends a whole request; header names are given with _ for -."""
        self.send(self.head(method, path, Content_Length=len(body), **headers) + body)

    def head(self, method, path, **headers):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.peer.netloc}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    def _receive_some(self):
        while True:
            try:
                return self.socket.recv(65536)
            except BlockingIOError:
                assert self.poller.poll(PATIENCE_S), "nothing came"

    def receive_until(self, end):
        """All bytes up to and with end."""
        while end not in self.received:
            more = self._receive_some()
            assert more, f"the connection ended after {self.received!r}"
            self.received += more
        at = self.received.index(end) + len(end)
        taken, self.received = self.received[:at], self.received[at:]
        return taken

    def receive_exactly(self, count):
        while len(self.received) < count:
            more = self._receive_some()
            assert more, f"the connection ended after {self.received!r}"
            self.received += more
        taken, self.received = self.received[:count], self.received[count:]
        return taken

    def receive_to_the_end(self):
        while more := self._receive_some():
            self.received += more
        return self.received

    def receive_response(self):
        """One response with Content-Length or a chunked body, with the 1xx before it."""
        head = self.receive_until(b"\r\n\r\n")
        if head.startswith(b"HTTP/1.1 1"):
            return head + self.receive_response()
        if b"Transfer-Encoding: chunked" in head:
            return head + self.receive_until(b"\r\n0\r\n\r\n")
        length = int(head.split(b"Content-Length: ")[1].split(b"\r\n")[0])
        return head + self.receive_exactly(length)

    def look(self):
        """What a pool does with an idle connection: poll, then peek. True if there is something."""
        readable = select.select([self.socket], [], [], 0)[0]
        try:
            return bool(readable and self.socket.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return False

    def pause(self, ms):
        """Doing nothing, in the style's own way: the event loop stays in epoll_wait()."""
        until = time.monotonic() + ms / 1000
        while (left := until - time.monotonic()) > 0:
            if self.style != "epoll":
                time.sleep(left)
                continue
            for _, events in self.poller.poll(left):
                assert not events & (select.EPOLLRDHUP | select.EPOLLHUP | select.EPOLLERR), events

    def show(self, *blocks):
        """What this program received, for the comparison of the runs."""
        sys.stdout.write("".join(repr(block) + "\n" for block in blocks))
