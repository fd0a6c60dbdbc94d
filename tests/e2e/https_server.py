# SPDX-License-Identifier: MIT
"""An https server, in threads of the test, that answers each request at once and notes which connection
it came by, the server's name that this was opened with, and the certificate that the client showed.

    server = Server(context)
    ... server.port ... server.seen["/path"] ...
"""
import contextlib
import socket
import ssl
import threading

RESPONSE = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    def __init__(self, context):
        self.seen = {}              # path: [(number of the connection, server's name, client's name)]
        self.clients = []           # what the clients showed in complete handshakes
        self.context = context
        self.context.sni_callback = self.note_name
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    @staticmethod
    def note_name(stream, name, _):
        stream.name = name

    def context_of(self, number):
        """Of the connection of that number: they count from 1."""
        return self.context

    def accept(self):
        number = 0
        while True:
            number += 1
            threading.Thread(target=self.serve, args=(self.listener.accept()[0], number),
                             daemon=True).start()

    def serve(self, raw, number):
        context = self.context_of(number)
        with contextlib.suppress(OSError), context.wrap_socket(raw, server_side=True) as stream:
            self.clients.append(client_name(stream))
            while request := stream.recv(65536):
                path = request.split()[1].decode()
                seen = number, getattr(stream, "name", None), client_name(stream)
                self.seen.setdefault(path, []).append(seen)
                if context.post_handshake_auth and not client_name(stream):
                    stream.verify_client_post_handshake()
                stream.sendall(RESPONSE)


def client_name(stream):
    """The common name in the client's certificate, or None."""
    certificate = stream.getpeercert() or {}
    return dict(pair for part in certificate.get("subject", ()) for pair in part).get("commonName")


def context(authority, **settings):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(authority.cert, authority.key)
    made.load_verify_locations(authority.ca)
    for name, value in settings.items():
        setattr(made, name, value)
    return made
