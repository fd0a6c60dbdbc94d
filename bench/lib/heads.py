# SPDX-License-Identifier: MIT
"""Instructions for following the head of an HTTP/1 message without the parser (issue 5)."""
import os
import subprocess

import callgrind
import results
import tools

TITLE = "Heads"
PACKAGES = ["valgrind"]
TIMES = 100
OBJECTS = [os.path.join(tools.REPO, "build", "shim", "connection", name)
           for name in ("plain_http1.o", "http1_headers.o")]
TESTS = os.path.join(tools.REPO, "tests", "unit")


def counts():
    """{sender: (bytes of the head, instructions)}, in the order of recorded_heads.h."""
    program = tools.compiled("heads", "-I" + os.path.join(tools.REPO, "shim"), "-I" + TESTS, *OBJECTS,
                             also=[os.path.join(TESTS, "lib", "recorded_heads.h")])
    dumps = callgrind.dumps([program, str(TIMES)], {}, ["--collect-atstart=no"])
    listed = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in listed.splitlines():
        size, sender = line.split(" ", 1)
        found[sender] = int(size), (dumps[sender] - dumps["nothing"]) / TIMES
    return found


def run():
    tools.need("valgrind")
    rows = [[sender, size, f"{count:.0f}", f"{count / size:.2f}"]
            for sender, (size, count) in counts().items()]
    return f"""\
Heads as real programs send them (tests/unit/lib/recorded_heads.h), in one piece: what following one
without the parser takes, the call to it and its return included, over a call that does nothing.

{results.table(["from", "bytes", "instructions", "for each byte"], rows)}"""
