#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 200s
"""Places in which a program may start: as process 1 of a container (there the shim does nothing: a mistake
would end the whole container), as a child of that (there it works), without /proc, and with no more
address space than 64 MiB. Needs root, or unprivileged user namespaces.

A shim that reads /proc/self, reserves address space by the gigabyte, or ends process 1 fails here.
"""
import subprocess
import sys

from preloads import client, server
from variants import demand, driver, run, skip

UNSHARE = ["unshare", "--map-root-user", "--mount", "--pid", "--fork"]
if subprocess.run([*UNSHARE, "true"], capture_output=True, check=False).returncode:
    skip("namespaces are not allowed here")


def works(what, command, **variables):
    """True if the client works in every mode; TRAP_MODE=off demands that nothing is repaired."""
    good = True
    for mode in driver.MODES:
        status, out, err = run(command, mode, variables=variables)
        if (status, out) == (0, b"all styles\n"):
            continue
        good = False
        print(f"{what}, {mode}: status {status}")
        sys.stdout.write((out + err).decode(errors="replace"))
    return good


with server() as port:
    call = f"{client()} {port}"
    results = [
        works("process 1", [*UNSHARE, client(), port], TRAP_MODE="off"),
        works("child of process 1", [*UNSHARE, "sh", "-c", f"{call}; exit $?"]),
        works("orphan", [*UNSHARE, "sh", "-c", f"sh -c '{call}' & wait $!"]),
        works("no /proc", [*UNSHARE, "sh", "-c", f"mount -t tmpfs none /proc && {call}; exit $?"]),
        works("64 MiB", ["prlimit", f"--as={64 << 20}", client(), port]),
    ]
demand(*results)
