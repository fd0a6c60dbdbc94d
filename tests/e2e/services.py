# SPDX-License-Identifier: MIT
"""Real servers other than HTTP ones, started for one test on a free port, with their files in
TEST_TMP. They run in the foreground and bare; they end with the with block.
"""
import contextlib
import glob
import os
import re
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


def listens(port):
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    return False


def account(name):
    """For a server that does not run as root: the account that its package made for it."""
    return {"user": name, "group": name, "extra_groups": []} if os.getuid() == 0 else {}


def folder_for(owner, name):
    """A new folder below TEST_TMP that this account may write to."""
    folder = os.path.join(harness.temporary_folder(), name)
    os.mkdir(folder)
    if os.getuid() == 0:
        shutil.chown(folder, owner, owner)
    return folder


def keys_for(owner, folder, authority):
    """The authority's certificate, and a copy of its key that this account may read."""
    key = os.path.join(folder, "server.key")
    shutil.copyfile(authority.key, key)
    os.chmod(key, 0o600)
    if os.getuid() == 0:
        shutil.chown(key, owner, owner)
    return authority.cert, key


@contextlib.contextmanager
def serving(port, command, **options):
    """A server that is ready when it accepts connections. Yields its process."""
    command = [str(word) for word in command]
    options = {"env": harness.bare_environment(), "stdin": subprocess.DEVNULL, **QUIET, **options}
    with harness.running(command, **options) as process:
        wait_for(lambda: listens(port) or process.poll() is not None, command[0])
        assert process.poll() is None, f"{command} ended with status {process.returncode}"
        yield process


def redis_on(port):
    """The process id of the redis-server that answers there, or None."""
    asked = subprocess.run(["redis-cli", "-p", str(port), "INFO", "server"], text=True,
                           env=harness.bare_environment(), stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    found = re.search(r"^process_id:(\d+)", asked.stdout, re.MULTILINE)
    return int(found.group(1)) if found else None


@contextlib.contextmanager
def redis():
    """Yields the port of a redis-server without persistence. Where many start at a time, another may
    take the free port first; then on another one."""
    while True:
        port = free_port()
        command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "",
                   "--dir", harness.temporary_folder(), "--daemonize", "no"]
        with harness.running(command, env=harness.bare_environment(), **QUIET) as process:
            wait_for(lambda: redis_on(port) == process.pid or process.poll() is not None,
                     "redis-server")
            if process.poll() is None:
                yield port
                return


@contextlib.contextmanager
def postgres(authority=None):
    """Yields the port of a PostgreSQL that trusts everyone; the superuser is "test". With TLS, if an
    authority is given."""
    binaries = sorted(glob.glob("/usr/lib/postgresql/*/bin"))[-1]
    home = folder_for("postgres", "postgres")
    options = {"env": harness.bare_environment(), "cwd": home, **account("postgres"), **QUIET}
    data = os.path.join(home, "data")
    subprocess.run([f"{binaries}/initdb", "-D", data, "-U", "test", "-A", "trust", "--no-sync"],
                   check=True, **options)
    port = free_port()
    command = [f"{binaries}/postgres", "-D", data, "-p", str(port), "-c", "fsync=off",
               "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    if authority:
        cert, key = keys_for("postgres", home, authority)
        command += ["-c", "ssl=on", "-c", f"ssl_cert_file={cert}", "-c", f"ssl_key_file={key}"]
    with harness.running(command, **options):
        wait_for(lambda: succeeds([f"{binaries}/pg_isready", "-h", "127.0.0.1", "-p", str(port)]),
                 "PostgreSQL")
        yield port
