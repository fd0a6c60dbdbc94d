#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Node and libuv close by syscall(SYS_close), so the number of an evicted connection may be an accepted
socket's later. A shim that then asks the kernel anew at each write, whether this is still that
connection, makes a server slow for as long as that client stays: after the first write nothing is
asked any more.
"""
import re
import shutil
import subprocess
import sys

from preloads import COMMON
from variants import compiled, environment, skip

TURNS = 20

strace = shutil.which("strace") or skip("no strace")
program = compiled("reuse_main", ["lib/reuse_main.c", *COMMON])
bad = []
for mode in ("bare", "off", "auto", "harshest"):
    variables = environment(mode)
    preload = [f"--env=LD_PRELOAD={variables.pop('LD_PRELOAD')}"] if mode != "bare" else []
    done = subprocess.run([strace, *preload, program], env=variables, capture_output=True, text=True,
                          check=False)
    calls = re.findall(r"^(\w+)\(", done.stderr, re.MULTILINE)
    marks = [i for i, call in enumerate(calls) if call == "getppid"]
    if done.returncode or len(marks) != 2:
        bad.append(f"{mode}: status {done.returncode}\n{done.stderr[-2000:]}")
    elif marks[1] - marks[0] - 1 != TURNS:
        bad.append(f"{mode}: {marks[1] - marks[0] - 1} system calls for {TURNS} writes")
sys.exit("\n".join(bad) or 0)
