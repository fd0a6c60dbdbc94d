#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""memcached's text protocol: pymemcache, libmemcached and a raw connection get the right value
after each silence, also when it lies inside a command or between a command and its reply."""
import contextlib
import socket

import pylibmc
from pymemcache.client.base import Client

import protocols
import services
from protocols import pause


@contextlib.contextmanager
def memcached():
    port = services.free_port()
    with services.serving(port, ["memcached", "-l", "127.0.0.1", "-p", port, "-U", "0"],
                          **services.account("memcache")):
        yield port


def with_pymemcache(port):
    client = Client(("127.0.0.1", port))
    for number in range(3):
        print(client.set(f"key{port}", str(number), noreply=False))
        pause()
        value, token = client.gets(f"key{port}")
        pause()
        print(value, client.cas(f"key{port}", value + b"!", token))
        pause()


def without_replies(port):
    """noreply: the program writes twice with a silence between, and the server never answers."""
    client = Client(("127.0.0.1", port))
    for number in range(3):
        client.set(f"silent{port}", str(number), noreply=True)
        pause()
    print(client.get(f"silent{port}"))


def with_libmemcached(port):
    client = pylibmc.Client([f"127.0.0.1:{port}"], behaviors={"cas": True})
    for number in range(3):
        print(client.set(f"lib{port}", number))
        pause()
        print(client.gets(f"lib{port}")[0])
        pause()


def split_command(port):
    """set's value comes after a silence; so does the second of two commands of one pipeline."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for piece in (f"set split{port} 0 0 5\r\n", "va", "lue\r\nget ", f"split{port}\r\nver"):
            connection.sendall(piece.encode())
            pause()
        print(connection.recv(1000).replace(str(port).encode(), b"N"))
        connection.sendall(b"sion\r\n")
        print(connection.recv(1000))


protocols.hold(memcached, programs=[with_pymemcache, without_replies, with_libmemcached,
                                    split_command])
