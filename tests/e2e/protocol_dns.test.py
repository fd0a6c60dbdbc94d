#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""DNS over TCP to dnsmasq: dig, which keeps its connection between the questions of a list, and a
raw client that is silent between the length and the question too."""
import contextlib
import socket

import dns.message
import protocols
import services
from protocols import pause


@contextlib.contextmanager
def dnsmasq():
    port = services.free_port()
    command = ["dnsmasq", "-k", "-C", "/dev/null", "-p", port, "--listen-address=127.0.0.1",
               "--bind-interfaces", "--no-resolv", "--no-hosts", "--pid-file=", "--user=",
               "--address=/one.test/192.0.2.1", "--address=/two.test/192.0.2.2"]
    with services.serving(port, command):
        yield port


def raw(port):
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for name in ("one.test", "two.test", "one.test"):
            question = dns.message.make_query(name, "A").to_wire()
            pause()
            connection.sendall(len(question).to_bytes(2, "big"))
            pause()
            connection.sendall(question)
            answer = connection.makefile("rb")
            print(dns.message.from_wire(answer.read(int.from_bytes(answer.read(2), "big"))).answer)


DIG = ["dig", "+tcp", "+keepopen", "+short", "@127.0.0.1", "-p", "{port}", "-f", "-"]
TYPED = ["one.test", "two.test", "one.test"]
protocols.hold(dnsmasq, {"dig": protocols.command(*DIG, lines=TYPED)}, [raw])
