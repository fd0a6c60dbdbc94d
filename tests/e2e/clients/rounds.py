# SPDX-License-Identifier: MIT
"""What the Python clients share: the rounds with their pauses, and the report.

A client is called as CLIENT BASE_URL METHOD ROUNDS GAP_MS. A request that fails is lost; the client
goes on with the next one and never repeats one itself.
"""
import contextlib
import json
import os
import sys
import time
from collections import Counter


class Rounds:
    """for path in rounds.paths(): with rounds.exchange(): ... one request ..."""

    def __init__(self, name):
        self.name = name
        self.base_url, self.method, rounds, gap_ms = sys.argv[1:5]
        self.count = int(rounds)
        self.gap_s = int(gap_ms) / 1000
        self.body = b"x" * 100 if self.method == "POST" else None
        self.errors = Counter()
        self.latency_us = []

    def paths(self):
        return [f"/r/{os.getpid()}-{number}" for number in range(self.count)]

    @contextlib.contextmanager
    def exchange(self):
        """Times what is done inside; an exception there is a lost request."""
        started = time.monotonic()
        try:
            yield
            self.latency_us.append(int((time.monotonic() - started) * 1e6))
        except Exception as error:
            self.errors[f"{type(error).__name__}: {error}"] += 1

    def run(self, exchange):
        """For blocking clients: exchange(path) does one request and raises if it was lost."""
        for number, path in enumerate(self.paths()):
            if number and self.gap_s:
                time.sleep(self.gap_s)
            with self.exchange():
                exchange(path)
        self.report()

    def report(self):
        print(json.dumps({"client": self.name, "ok": len(self.latency_us),
                          "lost": self.errors.total(), "errors": self.errors,
                          "latency_us": self.latency_us}))
