# SPDX-License-Identifier: MIT
"""A server whose place another one takes: the first connection is answered with one certificate, every
later one with another, and what the second one is sent in the clear text is counted.

    with Impostor(first, second) as impostor:
        ... impostor.port ... impostor.stolen ...

`first` and `second` are ssl.SSLContexts of servers; `second` may be a function instead, which does what
it likes with the connection and returns what it was sent.
"""
import contextlib
import socket
import ssl
import threading

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
REQUEST = (b"POST", b"/second", b"secret")
LONGEST_S = 20


class Impostor:
    def __init__(self, first, second):
        self.contexts = [first, second]
        self.served = 0             # requests that the true server has answered
        self.met = 0                # connections that the impostor has accepted
        self.handshakes = 0         # of them, those with a complete handshake
        self.stolen = b""           # plaintext that reached the impostor

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        with contextlib.suppress(OSError):
            self.serve(self.listener.accept()[0], self.contexts[0])
            while True:
                self.meet(self.listener.accept()[0], self.contexts[1])

    def serve(self, raw, context):
        """Answers one request after the other until the client goes."""
        raw.settimeout(LONGEST_S)
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as stream:
            while stream.recv(65536):
                self.served += 1
                stream.sendall(RESPONSE)

    def meet(self, raw, second):
        self.met += 1
        if isinstance(second, ssl.SSLContext):
            self.take(raw, second)
            return
        raw.settimeout(LONGEST_S)
        with raw, contextlib.suppress(OSError):
            heard = second(raw)
            if any(word in heard for word in REQUEST):
                self.stolen += heard

    def take(self, raw, context):
        raw.settimeout(LONGEST_S)
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as stream:
            self.handshakes += 1
            while piece := stream.recv(65536):
                self.stolen += piece
                stream.sendall(RESPONSE)


def context(authority, **settings):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority.cert, authority.key)
    for name, value in settings.items():
        setattr(made, name, value)
    return made
