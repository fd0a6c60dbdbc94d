# SPDX-License-Identifier: MIT
"""Many connections, many threads: what grows and what stays (issue 5, item 6)."""
import os
import re
import resource
import subprocess

import callgrind
import pairs
import results
import tools

TITLE = "Scale"
PACKAGES = ["valgrind", "binutils"]
SIZES = [10, 1_000, 100_000]
REAL = 1_000     # as in scale.c
EVICTED = [1_000, 10_000]
BYTES_MOST = 256
THREADS = 64
EXCHANGES = 2_000
CALLS = ["connect", "close", "write", "epoll_wait"]
CALLS_COUNTED = 1_000       # as in scale.c
LOCKED = ["write-within", "write-opening", "read-response", "read-body", "poll-ready",
          "epoll-other", "connect", "close"]


def behind(environment):
    """The environment with virtual.c behind what it preloads."""
    virtual = os.path.join(tools.BUILD, "virtual.so")
    subprocess.run(["gcc", *tools.FLAGS, "-shared", "-fPIC", "-o", virtual,
                    os.path.join(tools.BENCH, "virtual.c")], check=True)
    return {**environment, "LD_PRELOAD": (environment.get("LD_PRELOAD", "") + " " + virtual)}


def scale(verb, size, port, environment, *more):
    return subprocess.run([tools.compiled("scale"), verb, str(size), port, *more],
                          env={**os.environ, **environment}, capture_output=True, text=True,
                          check=True).stdout.split()


def early(port):
    """The settings for a limit of an hour, but for one peer that comes to its limit at once."""
    file = os.path.join(tools.BUILD, "scale.ini")
    os.makedirs(tools.BUILD, exist_ok=True)
    with open(file, "w", encoding="ascii") as settings:
        settings.write(f"[default]\nidle = 1h\n[peer 127.0.0.1:{port}]\nidle = 10ms\n")
    return {**tools.under(), "UNSTALE_CONFIG": file}


def memory(port, other):
    """Rows of bytes for each connection, at rest and with a request half sent. `other` is the port of a
    second server."""
    rows, held = [], {}
    under = behind(early(other))
    for size in SIZES:
        bare = [int(kib) for kib in scale("memory", size, port, behind({}), other)]
        ours = [int(kib) for kib in scale("memory", size, port, under, other)]
        held[size] = [mine - base for mine, base in zip(ours, bare)]
        each = [(held[size][i] - held[SIZES[0]][i]) * 1024 / size for i in range(2)]
        miss = " **MISS**" if each[0] > BYTES_MOST else ""
        real = size <= REAL     # the kernel knows nothing of the virtual ones: they are let alone
        rows.append([f"{size:,}", f"{held[size][0]:,}", f"{held[size][1]:,}" if real else "",
                     f"{each[0]:.0f}{miss}" if size > SIZES[0] else "",
                     f"{each[1]:.0f}" if real and size > SIZES[0] else ""])
    return results.table(["connections", "KiB, all at rest", "KiB, all in an exchange",
                          f"bytes for each at rest (goal {BYTES_MOST})", "in an exchange"], rows)


def counts(port):
    """Rows of instructions per call at each size."""
    rows = []
    for size in SIZES:
        dumps = callgrind.dumps([tools.compiled("scale"), "count", str(size), port],
                                behind(tools.under({"IDLE": "1h"})), ["--collect-atstart=no"])
        rows.append([f"{size:,}", *(f"{dumps[name] / CALLS_COUNTED:.0f}" for name in CALLS)])
    return results.table(["connections", *CALLS], rows)


def evictions(port):
    """Rows of how long the waits take that find all connections at their limit."""
    rows = []
    room = resource.getrlimit(resource.RLIMIT_NOFILE)[1] - 100
    for size in (min(size, room) for size in EVICTED):
        longest, total = scale("evict", size, port, tools.under({"IDLE": "3s"}), "3100")
        rows.append([f"{size:,}", longest, total, f"{float(total) * 1000 / size:.1f}"])
    return results.table(["connections due at once", "longest wait, ms", "all waits, ms",
                          "µs for each"], rows)


def locked_addresses():
    """Where the library's locked instructions are: {address}."""
    text = subprocess.run(["objdump", "-d", "--no-show-raw-insn", tools.LIBRARY],
                          capture_output=True, text=True, check=True).stdout
    return {int(found.group(1), 16) for found in
            re.finditer(r"^\s+([0-9a-f]+):\s+(?:lock |xchg\s.*\()", text, re.MULTILINE)}


def locks():
    locked = locked_addresses()
    name = os.path.basename(tools.LIBRARY)
    with tools.peer() as port:
        rows = [[operation, f"""{callgrind.per_call(
            tools.compiled('calls'), operation, port, tools.under(),
            measure=lambda text: callgrind.executed(text, name, locked)):.0f}"""]
                for operation in LOCKED]
    return results.table(["call (names of bench/calls.c)", "locked instructions"], rows)


def threads():
    command = [tools.compiled("threads", "-pthread"), str(THREADS), str(EXCHANGES)]
    return pairs.measure(lambda environment: [float(pairs.timed(command, environment)[0])],
                         tools.under(), count=15)[0]


def run():
    tools.need("valgrind", "objdump")
    many = threads()
    with tools.peer() as port, tools.peer() as other:
        held, counted, evicted = memory(port, other), counts(port), evictions(port)
    return f"""\
Private memory over that of the bare program, all connections watched by one epoll instance with a
limit of an hour, so that each waits for its deadline, in the queue of those. Connections above 1,000
are virtual (`bench/virtual.c`): the kernel's limit on descriptors is not ours to raise.

{held}
Instructions per call (callgrind), the framing included, the program's and libc's part too:

{counted}
What the deadlines cost when they come all at once (real sockets):

{evicted}
Locked instructions per call, by their addresses (callgrind --dump-instr, objdump):

{locks()}
{THREADS} threads, each with exchanges on a connection of its own, client and server in one
thread: {many.bare:,.0f} exchanges per second bare, {many.ours:,.0f} under unstale; ratio
{many.spread()}, the median of {many.count} pairs and their middle half{pairs.verdict(many)}."""
