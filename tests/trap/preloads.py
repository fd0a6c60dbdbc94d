# SPDX-License-Identifier: MIT
"""The preload_* traps: a keep-alive client under the shim and one more preload, in both orders."""
import contextlib
import os
import subprocess
import sys

from variants import compiled, run, skip
import variants

COMMON = ["trap.c", "trap_server.c"]


def client(*flags, name="preload_client"):
    return compiled(name, ["lib/preload_client.c", *COMMON], *flags)


@contextlib.contextmanager
def server():
    """Yields the port; demands that no request was cut off."""
    program = compiled("preload_server", ["lib/preload_server.c", *COMMON])
    process = subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        left = process.communicate()[0]
    if left != "0 broken\n":
        print(f"the server says: {left}")
        sys.exit(1)


def installed(*paths):
    """The first that exists; the test is skipped without it."""
    for path in paths:
        if os.path.exists(path):
            return path
    skip(f"no {paths[0]}")
    return None


def both_orders(what, command, other, orders=("before", "after"), modes=None, **options):
    """True if the client works in every mode, the other preload before the shim and after it."""
    good = True
    for order in orders:
        for mode in modes or variants.driver.MODES:
            status, out, err = run(command, mode, **{order: [other]}, **options)
            if status == 0 and out == b"all styles\n":
                continue
            good = False
            print(f"{what} {order} the shim, {mode}: status {status}")
            sys.stdout.write((out + err).decode(errors="replace"))
    return good
