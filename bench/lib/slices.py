# SPDX-License-Identifier: MIT
"""Clients of one server that take turns of some ten milliseconds, stopped and continued by signals,
so that what else the machine does falls on all of them alike. What a client did in its turn is
counted at the server when all stand still, so nothing is counted for the wrong one.

Each turn begins with a part that is not counted, in which the client fills the caches again: without
it the one that uses more memory looks worse than it is. The counted part begins with all answers at
the client, so that the client is the narrow place even more than in a run without a stop. After some
rounds the clients are started anew, as two processes of one program differ by where their memory is.
"""
import collections
import contextlib
import ctypes
import os
import random
import signal
import subprocess
import tempfile
import time

import tools

START_S = 0.1       # twice: to begin its work, and to come into its stride
WARM_S = 0.05       # of a turn, not counted: connections that stood still are asked about once (a rest of 20 ms)
SLICE_S = 0.04      # of a turn, counted; longer ones in the same time, and so fewer, tell no more
QUIET_S = 0.001     # a server that did nothing for so long has nothing more to do
ROUNDS = 30         # between two starts of the clients
TRIES = 20          # a turn in which another process had the processors is taken again
BATCHES = 3         # rounds in which a client did not stand still are taken again
PR_SET_PDEATHSIG = 1

Turns = collections.namedtuple("Turns", "rates cpu_ns")    # per second; of the client, per request


class Ended(Exception):
    """A client that ended of itself, or does nothing, or works when it should not."""


def alone():
    """In a process group of its own, as the kernel continues what is stopped in one that loses its
    shell; and never longer than we are."""
    os.setpgrp()
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Client:
    """A load generator that stands still except in its turns."""

    def __init__(self, name, command, settings, log):
        self.name, self.log = name, log
        self.process = subprocess.Popen(command, env={**os.environ, **settings}, stderr=log,
                                        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        preexec_fn=alone)
        os.kill(self.process.pid, signal.SIGSTOP)   # until its first turn
        os.waitpid(self.process.pid, os.WUNTRACED)

    def turn(self, seconds):
        """Lets it run for about that long. Returns the seconds, and the nanoseconds of CPU time,
        that it really had."""
        cpu, began = self.cpu_ns(), time.perf_counter()
        os.kill(self.process.pid, signal.SIGCONT)
        time.sleep(seconds)
        os.kill(self.process.pid, signal.SIGSTOP)
        _, status = os.waitpid(self.process.pid, os.WUNTRACED)
        took = time.perf_counter() - began
        if not os.WIFSTOPPED(status):
            self.process.returncode = os.waitstatus_to_exitcode(status)
            self.log.seek(0)
            last = self.log.read().decode(errors="replace").strip().rpartition("\n")[2]
            raise Ended(f"the {self.name} client ended with status {self.process.returncode}"
                        f" ({last or 'it said nothing'})")
        return took, self.cpu_ns() - cpu

    def cpu_ns(self):
        folder, total = f"/proc/{self.process.pid}/task", 0
        for thread in os.listdir(folder):
            with open(f"{folder}/{thread}/schedstat") as file:
                total += int(file.read().split()[0])
        return total

    def end(self):
        self.process.kill()
        self.process.wait()


@contextlib.contextmanager
def clients(command, variants, count):
    """One client for each of {name: settings}, with its connections made, until the block ends."""
    with contextlib.ExitStack() as stack:
        found = []
        for name, settings in variants.items():
            log = stack.enter_context(tempfile.TemporaryFile())
            client = Client(name, command, settings, log)
            stack.callback(client.end)
            begin(client, count)
            found.append(client)
        yield found


class Restless(Ended):
    """The kernel has continued one that was stopped, or the server is not done with what it sent."""


def begin(client, count):
    """Lets it run until the server has work of it; memcaslap makes up what it sends first."""
    before, deadline = settled(count), time.monotonic() + tools.READY_S
    while settled(count) == before:
        if time.monotonic() > deadline:
            raise Ended(f"the {client.name} client sends nothing")
        client.turn(START_S)
    client.turn(START_S)


def settled(count):
    """What the server has done, once it has done all that the stopped client has sent."""
    before, deadline = None, time.monotonic() + tools.READY_S
    while (now := count()) != before:
        if time.monotonic() > deadline:
            raise Restless("the server has work while all clients are stopped")
        before = now
        time.sleep(QUIET_S)
    return now


def turn(client, count):
    """Requests per second, and nanoseconds of the client's CPU time for each."""
    for _ in range(TRIES):
        client.turn(WARM_S)
        before = settled(count)
        took, cpu = client.turn(SLICE_S)
        done = settled(count) - before
        if done > 0:
            return done / took, cpu / done
    raise Ended(f"the {client.name} client did nothing in {TRIES} turns")


def batch(command, variants, count):
    """{name: [what turn() gives]} of clients that are started for it."""
    found = {name: [] for name in variants}
    with clients(command, variants, count) as running:
        for _ in range(ROUNDS):
            for client in random.sample(running, len(running)):
                found[client.name].append(turn(client, count))
    return found


def measure(command, variants, count, rounds):
    """{name: Turns}, lists with a figure for each round. In a round each client has one turn, in
    random order."""
    found, left = [], BATCHES
    while len(found) < rounds // ROUNDS:
        try:
            found.append(batch(command, variants, count))
        except Restless:
            left -= 1
            if not left:
                raise
    return {name: Turns(*zip(*(turn for part in found for turn in part[name]))) for name in variants}
