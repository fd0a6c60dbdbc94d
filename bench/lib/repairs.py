# SPDX-License-Identifier: MIT
"""What a repair costs the request that meets it (item 4)."""
import os
import re
import statistics
import subprocess
import tempfile

import pairs
import results
import tools

TITLE = "Cost of a repair"
PACKAGES = ["strace"]
TURNS = 9
EXCHANGES = 60
GAP_MS = 40     # the kernel counts idle time in ticks, of 4 ms or 10
LIMIT = "25ms"
ADDED_MOST_US = 30

# Each system call of a reconnect, in order, and why it is made.
REASONS = [
    (r"getpid\(", "is this memory ours, or a vfork parent's? A child must change nothing"),
    (r"rt_sigprocmask\(0xffffffff", "may the request's first bytes be read, or has the program given a "
                                   "wrong address? EINVAL says yes"),
    (r"getsockopt.*SO_COOKIE", "is this still the socket that we knew under this number?"),
    (r"getpeername", "the same, asked once in a connection's life"),
    (r"getsockopt.*TCP_INFO", "idle time, state, bytes: first freely, then with the phase claimed"),
    (r"ioctl.*(SIOCINQ|FIONREAD)", "is anything unread? Only where the byte counts differ"),
    (r"rt_sigprocmask\(SIG_BLOCK", "no handler may meet a half-done repair"),
    (r"fcntl.*F_GETFL", "the flags that have to be put back"),
    (r"fcntl.*F_SETFL.*O_NONBLOCK", "a blocking socket only: connect must not wait in our hands"),
    (r"fcntl.*F_SETFL", "... and back, so that the program's send waits as it always did"),
    (r"shutdown.*SHUT_WR", "the server sees a FIN, not an RST"),
    (r"connect.*AF_UNSPEC", "the disconnect: descriptor, options, registrations stay"),
    (r"connect\(\d+, NULL", "may connect() be called at all, or has the program given it up "
                            "(a security filter)?"),
    (r"connect", "the new connection"),
    (r"rt_sigprocmask\(SIG_SETMASK", "... and back"),
]


def latency(port, settings, way):
    environment = {**os.environ, **settings}
    output, _ = pairs.timed([tools.compiled("latency"), port, str(EXCHANGES), str(GAP_MS), way],
                            environment)
    return [float(word) for word in output.split()]


def latencies(port):
    """{name: [medians in µs]}, in turn."""
    ways = {"reuse": ({}, "reuse"), "fresh": ({}, "fresh"), "replace": ({}, "replace"),
            "repaired": (tools.under({"IDLE": LIMIT}), "reuse")}
    found = {name: [] for name in ways}
    for _ in range(TURNS):
        for name, (settings, way) in ways.items():
            median, _, connections = latency(port, settings, way)
            if name == "repaired" and connections != EXCHANGES + 1:
                raise tools.Missing(f"{connections - 1:.0f} repairs in {EXCHANGES} requests")
            found[name].append(median)
    return found


def round_trip_us(port):
    """The kernel's way there and back with nothing slept over: a bare request, at once."""
    return min(float(pairs.timed([tools.compiled("latency"), port, "2000", "0", "reuse"],
                                 dict(os.environ))[0].split()[0]) for _ in range(5))


def system_calls(port):
    """Those of the second repair: from the end of the pause to the program's own send."""
    with tempfile.TemporaryDirectory(prefix="unstale-bench-") as folder:
        trace = os.path.join(folder, "trace")
        environment = [f"--env={name}={value}" for name, value in
                       tools.under({"IDLE": LIMIT}).items()]
        subprocess.run(["strace", "-o", trace, *environment, tools.compiled("latency"), port, "2",
                        str(GAP_MS), "reuse"], check=True, stdout=subprocess.DEVNULL)
        with open(trace) as file:
            text = file.read()
    last = re.split(r"clock_nanosleep.*\n", text)[-1]
    return re.split(r"^write\(3.*\n", last, flags=re.MULTILINE)[0].splitlines()


def explained(call):
    """The call without the bytes and addresses that it hands over, and the reason for it."""
    reason = next((why for pattern, why in REASONS if re.match(pattern, call)), "**unexplained**")
    short = re.sub(r'\[\{iov.*?\}\]|"[^"]*\\[^"]*"(\.\.\.)?', "...", call.split(" = ")[0].strip())
    short = re.sub(r"0xffffffff /\*.*?\*/, \[.*?\]", "-1, ...", short)
    return ["`" + short.replace("|", "\\|") + "`", reason]


def run():
    tools.need("strace")
    with tools.peer() as port:
        found = latencies(port)
        trip_us = round_trip_us(port)
        calls = [call for call in system_calls(port) if not call.startswith("getsockname")]
    median = {name: statistics.median(values) for name, values in found.items()}
    added = {name: statistics.median(mine - other for mine, other in
                                     zip(found["repaired"], found[name]))
             for name in ("fresh", "replace")}
    most = trip_us + ADDED_MOST_US
    rows = [["on the connection that rested, bare", f"{median['reuse']:.0f}", ""],
            ["on a fresh one, bare; the old one was closed before the rest",
             f"{median['fresh']:.0f}", f"{added['fresh']:+.0f}, goal +{most:.0f}"
             f"{'' if added['fresh'] <= most else ' **MISS**'}"],
            ["on a fresh one, bare; close() of the old one counted in", f"{median['replace']:.0f}",
             f"{added['replace']:+.0f}"],
            ["reconnected by unstale before the write", f"{median['repaired']:.0f}", ""]]
    head = ["a request after a rest", "first byte out to first byte in, µs",
            "unstale's reconnect over it, µs"]
    return f"""\
{GAP_MS} ms of rest before each of {EXCHANGES} requests, the four ways in turn, {TURNS} times;
medians. The goal is a round trip ({trip_us:.0f} µs here) and {ADDED_MOST_US} µs. The shutdown() of
a reconnect wakes the server, as a close() does, on the machine that the client runs on.

{results.table(head, rows)}
The system calls of one reconnect, {len(calls)}:

{results.table(['call', 'why'], [explained(call) for call in calls], ':---')}"""
