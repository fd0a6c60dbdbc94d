#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Many keep-alive connections in one process, which rest for heavy-tailed times between requests.

Blind: it does not look at a connection before it writes to it. Parked: it waits with epoll on those
that rest too, and drops what the peer closes, as an event loop does. Rests follow Pareto's
distribution with alpha = 1, median T/4, cut at 4 T. A request that gets no byte of an answer is lost,
and is not repeated. Phases are T:REQUESTS, T:REQUESTS...; T is set at the server's control port when
a phase begins. Prints one line of JSON: for each phase the requests sent and lost, those lost after
the first 20 rests that were longer than T, and the connections that one who knows T would open.
"""
import argparse
import heapq
import json
import random
import re
import selectors
import socket
import time
import urllib.request

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
WARM_CLOSES = 20
ANSWER_MOST_S = 30


class Phase:
    def __init__(self, words):
        timeout, requests = words.split(":")
        self.timeout, self.requests = float(timeout), int(requests)
        self.sent = self.lost = self.lost_warm = self.beyond = 0

    def rest(self):
        return min(self.timeout / 8 / (1 - random.random()), 4 * self.timeout)

    def report(self):
        return {"timeout": self.timeout, "sent": self.sent, "lost": self.lost,
                "lost_after_20_closes": self.lost_warm, "rests_beyond": self.beyond}


class Client:
    def __init__(self, options):
        self.options = options
        self.address = ("127.0.0.1", options.port)
        self.selector = selectors.DefaultSelector()
        self.due = []           # (moment, number of the connection)
        self.sockets = [None] * options.connections
        self.rested = [None] * options.connections  # since when; None: in an exchange, or closed
        self.begun = [b""] * options.connections    # the answer at hand
        self.opened = 0
        self.phases = [Phase(words) for words in options.phases.split(",")]
        self.phase = None

    def begin(self, phase):
        self.phase = phase
        if self.options.control:
            address = f"http://127.0.0.1:{self.options.control}/timeout/{phase.timeout}"
            urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address).read()

    def plan(self, number, rest):
        heapq.heappush(self.due, (time.monotonic() + rest, number))

    def open(self, number):
        self.opened += 1
        self.sockets[number] = socket.create_connection(self.address)
        self.sockets[number].setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def drop(self, number):
        self.unwatch(number)
        self.sockets[number].close()
        self.sockets[number] = self.rested[number] = None
        self.begun[number] = b""

    def watch(self, number):
        if self.sockets[number] not in self.selector.get_map():
            self.selector.register(self.sockets[number], selectors.EVENT_READ, number)

    def unwatch(self, number):
        if self.sockets[number] in self.selector.get_map():
            self.selector.unregister(self.sockets[number])

    def send(self, number):
        rested, self.rested[number] = self.rested[number], None
        if rested is not None:
            self.phase.beyond += time.monotonic() - rested >= self.phase.timeout
        if not self.sockets[number]:
            self.open(number)
        self.phase.sent += 1
        self.watch(number)
        try:
            self.sockets[number].send(REQUEST)
        except OSError:
            self.lose(number)

    def lose(self, number):
        self.phase.lost += 1
        self.phase.lost_warm += self.phase.beyond > WARM_CLOSES
        self.drop(number)
        self.plan(number, 0)

    def is_whole(self, number, bytes_more):
        """Adds to the answer at hand; all of these have a Content-Length."""
        self.begun[number] += bytes_more
        head, end, body = self.begun[number].partition(b"\r\n\r\n")
        length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
        if not end or (length and len(body) < int(length.group(1))):
            return False
        self.begun[number] = b""
        return True

    def receive(self, number):
        try:
            answer = self.sockets[number].recv(65536)
        except OSError:
            answer = b""
        if not answer and self.rested[number] is not None:  # closed while it rests
            started = self.rested[number]
            self.drop(number)
            self.rested[number] = started
        elif not answer:
            self.lose(number)
        elif self.is_whole(number, answer):
            self.rested[number] = time.monotonic()
            if not self.options.parked:
                self.unwatch(number)
            self.plan(number, self.phase.rest())

    def step(self):
        wait = max(0, self.due[0][0] - time.monotonic()) if self.due else ANSWER_MOST_S
        for key, _ in self.selector.select(wait):
            self.receive(key.data)
        while self.due and self.due[0][0] <= time.monotonic():
            self.send(heapq.heappop(self.due)[1])

    def run(self):
        started = time.monotonic()
        for number in range(self.options.connections):
            self.plan(number, 0.01 * number / self.options.connections)
        for phase in self.phases:
            self.begin(phase)
            while phase.sent < phase.requests:
                self.step()
        return {"connections": self.options.connections, "seconds": time.monotonic() - started,
                "opened_by_program": self.opened,
                "phases": [phase.report() for phase in self.phases]}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep-alive connections that rest.")
    parser.add_argument("port", type=int)
    parser.add_argument("--control", type=int, help="the server's control port")
    parser.add_argument("--phases", default="5:1000")
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--parked", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    random.seed(options.seed)
    print(json.dumps(Client(options).run()))
