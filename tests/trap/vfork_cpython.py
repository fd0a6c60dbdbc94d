# SPDX-License-Identifier: MIT
"""CPython's subprocess closes all descriptors inside a vfork child that shares its parent's memory.

The parent's connection is still open: a shim that believes the child's close_range() never repairs it
again.
"""
import subprocess

import trap


def main():
    connection = trap.connect(trap.serve())
    number = trap.request(connection)
    for options in {"close_fds": True}, {"close_fds": False}, {"close_fds": True, "cwd": "/"}:
        subprocess.run(["/bin/true"], check=True, **options)
        number = trap.check_repaired(connection, number)
    subprocess.check_output("echo shell", shell=True)
    trap.check_repaired(connection, number)
    print("repaired after each")


main()
