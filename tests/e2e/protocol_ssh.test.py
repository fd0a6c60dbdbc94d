#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SSH: a shell that is silent between commands, a master connection that serves more sessions after
a silence, and a forwarded port, all with OpenSSH."""
import contextlib
import getpass
import os
import shutil
import subprocess

import harness
import protocols
import services

# Without root sshd serves only the account that it runs as, which must have a shell.
ACCOUNT = "postgres" if os.getuid() == 0 else getpass.getuser()
SSH = (f"ssh -F none -o LogLevel=ERROR -o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no "
       f"-o IdentitiesOnly=yes -i $TEST_TMP/client_key -p {{port}}")
HOST = f"{ACCOUNT}@127.0.0.1"
TYPED = ["x=42", "echo $x", "cd /; pwd", "sleep 0.5; echo slow"]
MASTER = f"""
{SSH} -fN -M -S $TEST_TMP/{{port}} {HOST} </dev/null >/dev/null 2>&1
for round in 1 2 3; do
    sleep {protocols.PAUSE_S}
    {SSH} -S $TEST_TMP/{{port}} {HOST} echo session $round
done
{SSH} -S $TEST_TMP/{{port}} -O exit {HOST}
"""


def make_key(path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True)


def make_keys(home):
    make_key(f"{home}/host_key")
    client_key = os.path.join(harness.temporary_folder(), "client_key")
    make_key(client_key)
    shutil.copy(f"{client_key}.pub", home)
    if os.getuid() == 0:
        shutil.chown(f"{home}/host_key", ACCOUNT)


@contextlib.contextmanager
def sshd():
    home = services.folder_for(ACCOUNT, "sshd")
    make_keys(home)
    port = services.free_port()
    settings = {"HostKey": f"{home}/host_key", "AuthorizedKeysFile": f"{home}/client_key.pub",
                "StrictModes": "no", "UsePAM": "no", "PidFile": "none", "PrintMotd": "no",
                "ListenAddress": f"127.0.0.1:{port}"}
    options = [f"-o{name}={value}" for name, value in settings.items()]
    with services.serving(port, ["/usr/sbin/sshd", "-D", "-f", "/dev/null", *options],
                          **services.account(ACCOUNT)):
        yield port


def shell(*words, lines=()):
    return protocols.command("sh", "-c", *words, lines=lines)


protocols.hold(sshd, {"shell": shell(f"exec {SSH} -T {HOST} sh", lines=TYPED),
                      "master": shell(MASTER),
                      "slow command": shell(f"exec {SSH} {HOST} 'for i in 1 2 3; do sleep 0.5; "
                                            "echo $i; done'")})
