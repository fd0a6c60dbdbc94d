#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""A setuid program, with the shim named in /etc/ld.so.preload, where the loader takes it from even then.

Its caller's environment must have no say: UNSTALE_LOG would let anyone write a file as root. The
shim loads, does nothing and writes nothing. In a root of its own, inside a mount namespace.
"""
import contextlib
import os
import shutil
import subprocess
import sys
import tempfile

from preloads import client, server
from variants import LIBRARY, demand, skip

NOBODY = 65534
SCRIPT = """set -e
mount --make-rprivate /
for name in usr dev proc tmp; do mkdir -p "$1/$name"; mount --rbind "/$name" "$1/$name"; done
for name in bin lib lib64 sbin; do [ -h "/$name" ] && ln -s "usr/$name" "$1/$name"; done
mkdir -p "$1/etc"
cp /etc/passwd /etc/group /etc/ld.so.cache "$1/etc"
[ "$4" = bare ] || echo /libunstale.so > "$1/etc/ld.so.preload"
chmod 4755 "$1/client"
exec chroot "$1" setpriv --reuid $2 --regid $2 --clear-groups --inh-caps=-all /client "$3"
"""


@contextlib.contextmanager
def own_root():
    """A folder that setuid works in, whatever TEST_TMP is mounted with."""
    folder = tempfile.mkdtemp(prefix="unstale-trap-", dir=os.environ.get("TEST_TMP", "/var/tmp"))
    os.chmod(folder, 0o755)
    shutil.copy(client("-static-libgcc"), f"{folder}/client")
    shutil.copy(LIBRARY, f"{folder}/libunstale.so")
    os.mkdir(f"{folder}/log")
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def works(port, mode):
    with own_root() as folder:
        settings = {"UNSTALE_IDLE": "1ms", "UNSTALE_LOG": "/log/forged", "TRAP_MODE": "off"}
        clean = {name: value for name, value in os.environ.items()
                 if not name.startswith(("UNSTALE_", "LD_"))}
        done = subprocess.run(
            ["unshare", "--mount", "sh", "-c", SCRIPT, "sh", folder, str(NOBODY), port, mode],
            env={**clean, **settings}, capture_output=True, check=False)
        forged = os.listdir(f"{folder}/log")
    if (done.returncode, done.stdout, forged) == (0, b"all styles\n", []):
        return True
    print(f"{mode}: status {done.returncode}, files {forged}")
    sys.stdout.write((done.stdout + done.stderr).decode(errors="replace"))
    return False


if os.geteuid() or subprocess.run(["unshare", "--mount", "true"], check=False).returncode:
    skip("needs root and mount namespaces")
with server() as port:
    results = [works(port, "bare"), works(port, "shim")]
demand(*results)
