#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""While one thread's write makes a session again, another thread of the program waits on the same
connection. It never gets to see a reply that the program did not ask for, and no event without a
cause. One that is parked inside a receive would: so the session is not made again then."""
import concurrent.futures
import select
import socket
import sys
import threading
import time

import harness
import redis_sessions

TURNS = 150
REST_S = 0.012
LIMIT = "idle = 10ms"


class Reader(threading.Thread):
    """Waits for replies in its own way; `replies` has each of them."""

    def __init__(self, link, way):
        super().__init__(daemon=True)
        self.link, self.way = link, way
        self.replies, self.news, self.idle_wakes = [], threading.Semaphore(0), 0

    def run(self):
        if self.way == "recv":
            while reply := self.link.recv(65536):
                self.note(reply)
            return
        wait = self.waiter()
        while True:
            wait()
            try:
                reply = self.link.recv(65536, socket.MSG_DONTWAIT)
            except BlockingIOError:
                self.idle_wakes += 1
                continue
            if not reply:
                return
            self.note(reply)

    def note(self, reply):
        self.replies.append(reply)
        self.news.release()

    def waiter(self):
        if self.way == "select":
            return lambda: select.select([self.link], [], [])
        poller = select.poll() if self.way == "poll" else select.epoll()
        edge = select.EPOLLET if self.way == "epoll_edge" else 0
        poller.register(self.link, select.POLLIN | edge)
        return lambda: [self.demand(events) for _, events in poller.poll()]

    def demand(self, events):
        if events & ~select.POLLIN:
            self.note(f"events {events}".encode())


def program(port, way):
    link = socket.create_connection(("127.0.0.1", port))
    reader = Reader(link, way)
    reader.start()

    def ask(*words):
        link.sendall(f"*{len(words)}\r\n".encode() +
                     b"".join(f"${len(word)}\r\n{word}\r\n".encode() for word in words))
        reader.news.acquire(timeout=10)
    ask("AUTH", redis_sessions.USER, redis_sessions.USER_PASSWORD)
    ask("SELECT", "5")
    for _ in range(TURNS):
        time.sleep(REST_S)
        ask("INCR", "count")
    wanted = [b"+OK\r\n"] * 2 + [b":%d\r\n" % (1 + turn) for turn in range(TURNS)]
    print("replies", "as asked for" if reader.replies == wanted else reader.replies)
    print("woken for nothing", reader.idle_wakes)


def try_way(way):
    with redis_sessions.server() as (port, _):
        return redis_sessions.Run(redis_sessions.this_file(port, way), LIMIT)


def main():
    demands = harness.Demands()
    ways = ["select", "poll", "epoll", "epoll_edge", "recv"]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        runs = {way: pool.submit(try_way, way) for way in ways}
    for way, run in runs.items():
        result = run.result()
        demands.equal(way, result.output, "replies as asked for\nwoken for nothing 0\n")
        if way == "recv":
            demands.equal(f"{way}: repairs", len(result.repairs), 0)
        else:
            demands.more_than(f"{way}: repairs", len(result.repairs), TURNS / 2)
    demands.finish()


if sys.argv[1:2] == ["program"]:
    program(int(sys.argv[2]), sys.argv[3])
else:
    main()
