# SPDX-License-Identifier: MIT
"""Real servers other than HTTP ones, started for one test on a free port, with their files in
TEST_TMP. They run in the foreground and bare; they end with the with block.
"""
import contextlib
import glob
import os
import shutil
import socket
import subprocess
import time

import harness

START_LIMIT_S = 60
QUIET = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def wait_for(ready, what):
    """Repeats ready() until it returns True."""
    deadline = time.monotonic() + START_LIMIT_S
    while not ready():
        assert time.monotonic() < deadline, f"{what} did not come up"
        time.sleep(0.1)


def succeeds(command):
    return subprocess.run(command, env=harness.bare_environment(), **QUIET).returncode == 0


@contextlib.contextmanager
def redis():
    """Yields the port of a redis-server without persistence."""
    port = free_port()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
               "--dir", harness.temporary_folder(), "--daemonize", "no"]
    with harness.running(command, env=harness.bare_environment(), **QUIET):
        wait_for(lambda: succeeds(["redis-cli", "-p", str(port), "PING"]), "redis-server")
        yield port


def postgres_user():
    """PostgreSQL refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}


@contextlib.contextmanager
def postgres():
    """Yields the port of a PostgreSQL that trusts everyone; the superuser is "test"."""
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    home = os.path.join(harness.temporary_folder(), "postgres")
    os.mkdir(home)
    if os.getuid() == 0:
        shutil.chown(home, "postgres", "postgres")
    options = {"env": harness.bare_environment(), "cwd": home, **postgres_user(), **QUIET}
    data = os.path.join(home, "data")
    subprocess.run([f"{binaries}/initdb", "-D", data, "-U", "test", "-A", "trust", "--no-sync"],
                   check=True, **options)
    port = free_port()
    command = [f"{binaries}/postgres", "-D", data, "-p", str(port), "-c", "fsync=off",
               "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    with harness.running(command, **options):
        wait_for(lambda: succeeds([f"{binaries}/pg_isready", "-h", "127.0.0.1", "-p", str(port)]),
                 "PostgreSQL")
        yield port
