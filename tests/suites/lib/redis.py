# SPDX-License-Identifier: MIT
"""Redis's own tests, from Debian's source package, with the installed programs. A part is one unit.

Its programs connect to each other in replication, failover, MIGRATE, redis-cli and redis-benchmark;
the tests' own client is written in Tcl.
"""
import os
import re

from .compare import WHOLE
from .process import run_limited
from .sources import fetch, installed_version

NAME = "redis"
LIMIT_S = 900
PROGRAMS = ["redis-server", "redis-cli", "redis-benchmark", "redis-check-aof", "redis-check-rdb"]
PARTS = """
unit/protocol unit/auth unit/multi unit/pubsub unit/networking unit/wait unit/dump unit/pause
unit/querybuf unit/tracking unit/quit integration/redis-cli integration/redis-benchmark
integration/replication-2 integration/block-repl integration/failover
""".split()
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
LINE = re.compile(r"^\[(ok|err|skip|ignore|exception)\]: (.*?)(?: \(\d+ ms\)| in tests/.*)?$")
WORDS = {"ok": "passed", "skip": "skipped", "ignore": "skipped"}
SOURCES = [None]


def prepare(root):
    SOURCES[0] = fetch("redis", root)
    for program in PROGRAMS:
        link = os.path.join(SOURCES[0], "src", program)
        if not os.path.lexists(link):
            os.symlink(os.path.join("/usr/bin", program), link)
    return installed_version("redis-server")


def parts():
    return PARTS


def _read(log):
    """Numbers vary in the names of some tests (offsets, ports); they do not count."""
    outcomes = {}
    with open(log, errors="replace", encoding="utf-8") as file:
        for line in file:
            match = LINE.match(COLOUR.sub("", line.rstrip()))
            if match:
                outcomes[re.sub(r"\d{4,}", "N", match[2])] = WORDS.get(match[1], "failed")
    return outcomes


def run(part, folder, environment, only, log):
    """A unit's tests build on each other, so the whole unit runs again."""
    del folder, only
    command = ["./runtest", "--clients", "1", "--single", part, "--baseport", "31000",
               "--portcount", "400"]
    ended = run_limited(command, SOURCES[0], environment, LIMIT_S, log)
    return {**_read(log), WHOLE: ended}
