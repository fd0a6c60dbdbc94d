# SPDX-License-Identifier: MIT
"""libevent's regress, built from Debian's source package; a part is one way to wait for events.

Linked with a static libevent: the tests use functions that Debian's shared one hides.
"""
import os
import re

from .compare import WHOLE
from .process import must, run_limited
from .sources import fetch, version

NAME = "libevent"
LIMIT_S = 900
LINE = re.compile(r"^(\w+/\w+): (?:\[forking\] )?(.*)$", re.MULTILINE)
WAYS = {"epoll": {}, "poll": {"EVENT_NOEPOLL": "1"},
        "select": {"EVENT_NOEPOLL": "1", "EVENT_NOPOLL": "1"}}
OPTIONS = ["-DEVENT__LIBRARY_TYPE=STATIC", "-DEVENT__DISABLE_BENCHMARK=ON",
           "-DEVENT__DISABLE_SAMPLES=ON", "-DEVENT__DISABLE_MBEDTLS=ON"]
PROGRAM = ["regress"]


def prepare(root):
    sources = fetch("libevent", root)
    build = os.path.join(sources, "built")
    PROGRAM[0] = os.path.join(build, "bin", "regress")
    if not os.path.exists(PROGRAM[0]):
        log = os.path.join(root, "libevent-build.log")
        must(["cmake", "-S", sources, "-B", build, *OPTIONS], root, log)
        must(["cmake", "--build", build, "-j2"], root, log)
    return version(sources)


def parts():
    return list(WAYS)


def _outcome(rest, chunk):
    """A test that fails prints its reasons between its name and [<name> FAILED]."""
    if "FAILED]" in chunk:
        return "failed"
    if "SKIPPED" in rest or "DISABLED" in rest:
        return "skipped"
    return "passed" if "OK" in chunk else "failed"


def _read(log):
    with open(log, errors="replace", encoding="utf-8") as file:
        text = file.read()
    found = list(LINE.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    return {match[1]: _outcome(match[2], text[match.start():end])
            for match, end in zip(found, ends)}


def run(part, folder, environment, only, log):
    command = [PROGRAM[0], "--timeout", "120", *only]
    ended = run_limited(command, folder, {**environment, **WAYS[part]}, LIMIT_S, log)
    return {**_read(log), WHOLE: ended}
