# SPDX-License-Identifier: MIT
"""libuv's own tests, built from Debian's source package: the whole list, each in its own process.

They refuse to run as root and leave files where they stand, so they get a folder of their own, as
nobody, with a link to their fixtures.
"""
import os
import re

from .compare import WHOLE
from .process import as_nobody, must, run_limited
from .sources import fetch, version

NAME = "libuv"
LIMIT_S = 900
LINE = re.compile(r"^(not ok|ok) \d+ - (\S+)(.*)$")
PROGRAM = ["uv_run_tests"]


def prepare(root):
    sources = fetch("libuv1", root)
    build = os.path.join(sources, "built")
    PROGRAM[0] = os.path.join(build, "uv_run_tests")
    if not os.path.exists(PROGRAM[0]):
        log = os.path.join(root, "libuv-build.log")
        must(["cmake", "-S", sources, "-B", build, "-DBUILD_TESTING=ON"], root, log)
        must(["cmake", "--build", build, "-j2"], root, log)
    return version(sources)


def parts():
    return ["uv_run_tests"]


def _read(log):
    outcomes = {}
    with open(log, errors="replace", encoding="utf-8") as file:
        for match in filter(None, map(LINE.match, file)):
            skipped = "SKIP" in match[3].upper()
            outcomes[match[2]] = "skipped" if skipped else \
                "passed" if match[1] == "ok" else "failed"
    return outcomes


def run(part, folder, environment, only, log):
    del part
    sources = os.path.dirname(os.path.dirname(PROGRAM[0]))
    if not os.path.exists(os.path.join(folder, "test")):
        os.symlink(os.path.join(sources, "test"), os.path.join(folder, "test"))
    command = as_nobody(folder) + PROGRAM
    if not only:
        ended = run_limited(command, folder, environment, LIMIT_S, log)
        return {**_read(log), WHOLE: ended}
    ends = {name: run_limited(command + [name], folder, environment, LIMIT_S, log)
            for name in only}
    outcomes = {name: "passed" if end == "exit 0" else "failed" for name, end in ends.items()}
    return {**outcomes, WHOLE: ", ".join(sorted(set(ends.values())))}
