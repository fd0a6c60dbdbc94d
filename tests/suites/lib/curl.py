# SPDX-License-Identifier: MIT
"""curl's tests of HTTP, built from Debian's source package: the tool and libcurl's test programs
against curl's own servers. A part is one way to run them.

Tests that preload a library of their own for a fake host name lose ours; they run bare three times.
"""
import os
import re

from .compare import WHOLE
from .process import must, run_limited
from .sources import fetch, version

NAME = "curl"
LIMIT_S = 1800
LINE = re.compile(r"^(PASS|FAIL): (\d+) - (.*)$")
CHOICE = ["1", "to", "250", "HTTP", "!HTTPS", "!FTP", "!TFTP", "!MQTT", "!SMTP", "!IMAP", "!POP3",
          "!torture", "!flaky"]
WAYS = {"easy": []}
SOURCES = [None]


def prepare(root):
    SOURCES[0] = fetch("curl", root)
    if not os.path.exists(os.path.join(SOURCES[0], "tests", "server", "sws")):
        log = os.path.join(root, "curl-build.log")
        must(["./configure", "--with-openssl", "--disable-shared", "--disable-ldap",
              "--disable-manual", "--without-libpsl"], SOURCES[0], log)
        must(["make", "-j2"], SOURCES[0], log)
        must(["make", "-j2", "-C", "tests"], SOURCES[0], log)
    return version(SOURCES[0])


def parts():
    return list(WAYS)


def _read(log):
    outcomes = {}
    with open(log, errors="replace", encoding="utf-8") as file:
        for match in filter(None, map(LINE.match, file)):
            outcomes["%s %s" % (match[2], match[3])] = \
                "passed" if match[1] == "PASS" else "failed"
    return outcomes


def run(part, folder, environment, only, log):
    del folder
    chosen = [name.split()[0] for name in only] or CHOICE
    command = ["perl", "runtests.pl", "-n", "-a", "-am", *WAYS[part], *chosen]
    ended = run_limited(command, os.path.join(SOURCES[0], "tests"), environment, LIMIT_S, log)
    return {**_read(log), WHOLE: ended}
