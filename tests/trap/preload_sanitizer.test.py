#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 280s
"""Programs that were built with gcc's -fsanitize=address and -fsanitize=thread: the sanitizer's runtime
stands in front of the same functions. ASan's must be the first of all libraries; the launcher sees
to that when it is preloaded, and when only the program is linked with it.

A shim that calls malloc() before the sanitizer has started, reads beyond a buffer, or races with
itself in a way that a sanitizer sees, ends the program.
"""
import os
import shutil
import subprocess
import sys

from preloads import both_orders, client, server
from variants import driver, demand

LAUNCHER = os.path.join(driver.REPO, "scripts", "unstale")
# TSan of gcc 12 needs the address space layout that newer kernels only give without randomisation.
FIXED = [shutil.which("setarch"), "-R"]


def runtime(name):
    return subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True,
                          check=True).stdout.strip()


def through_launcher(what, command, preload):
    environment = {**os.environ, "UNSTALE_IDLE": "100ms", "TRAP_MODE": "auto",
                   "LD_PRELOAD": preload}
    done = subprocess.run([LAUNCHER, *command], env=environment, capture_output=True, check=False)
    if done.returncode == 0 and done.stdout == b"all styles\n":
        return True
    print(f"{what} through the launcher: status {done.returncode}")
    sys.stdout.write((done.stdout + done.stderr).decode(errors="replace"))
    return False


address = client("-fsanitize=address,undefined", "-fno-sanitize-recover=all", name="client_address")
thread = client("-fsanitize=thread", name="client_thread")
with server() as port:
    results = [
        both_orders("asan", [address, port], runtime("libasan.so"), orders=["before"]),
        both_orders("tsan", [*FIXED, thread, port], runtime("libtsan.so")),
        through_launcher("asan, preloaded", [address, port], runtime("libasan.so")),
        through_launcher("asan, linked", [address, port], ""),
        through_launcher("tsan, linked", [*FIXED, thread, port], ""),
    ]
demand(*results)
