# SPDX-License-Identifier: MIT
"""What every part of the benchmark uses: the paths, the C helpers, processes that end with us."""
import contextlib
import os
import shutil
import socket
import subprocess
import time

BENCH = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
REPO = os.path.dirname(BENCH)
BUILD = os.path.join(REPO, "build", "bench")
LIBRARY = os.environ.get("UNSTALE_LIB", os.path.join(REPO, "build", "libunstale.so"))
FLAGS = ["-std=gnu11", "-D_GNU_SOURCE", "-O2", "-Wall", "-Wextra", "-Werror"]
READY_S = 20
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class Missing(Exception):
    """A tool, or a right, that a part needs and the machine does not give."""


def need(*names):
    """The paths of programs; Missing names the ones that are not here."""
    found = [shutil.which(name, path=PATH) for name in names]
    absent = [name for name, path in zip(names, found) if not path]
    if absent:
        raise Missing("not installed: " + ", ".join(absent))
    return found


def compiled(name, *flags, also=()):
    """Builds bench/NAME.c if it, the header, a file among the flags or one of `also` is newer than
    the program; returns its path."""
    sources = [os.path.join(BENCH, file) for file in (name + ".c", "client.h")]
    program = os.path.join(BUILD, name)
    newest = max(os.path.getmtime(file) for file in [*sources, *filter(os.path.isfile, flags), *also])
    if not os.path.exists(program) or os.path.getmtime(program) < newest:
        os.makedirs(BUILD, exist_ok=True)
        subprocess.run(["gcc", *FLAGS, "-o", program, sources[0], *flags], check=True)
    return program


def empty_library():
    """A shared object with nothing in it: what any preload costs."""
    library = os.path.join(BUILD, "empty.so")
    if not os.path.exists(library):
        os.makedirs(BUILD, exist_ok=True)
        subprocess.run(["gcc", "-shared", "-fPIC", "-xc", "-o", library, "-"],
                       input=b"extern int none; int none;\n", check=True)
    return library


def under(settings=None):
    """The environment that puts a program under unstale. Settings: {"IDLE": "30s"}. An empty file
    stands in for the settings that this machine may have."""
    empty = os.path.join(BUILD, "empty.ini")
    os.makedirs(BUILD, exist_ok=True)
    with open(empty, "a"):
        pass
    return {"LD_PRELOAD": LIBRARY, "UNSTALE_CONFIG": empty,
            **{"UNSTALE_" + name: value for name, value in (settings or {}).items()}}


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def wait_for_port(port, process):
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Missing(f"{process.args[0]} did not start")


@contextlib.contextmanager
def started(command, port=None, **options):
    """Runs a server in the foreground until the block ends."""
    options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL,
               "stderr": subprocess.DEVNULL, **options}
    process = subprocess.Popen(command, **options)
    try:
        if port:
            wait_for_port(port, process)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def peer(environment=None):
    """bench/peer.c; gives its port, as a word."""
    with started([compiled("peer")], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                 env={**os.environ, **(environment or {})}) as process:
        yield process.stdout.readline().decode().strip()
        process.stdin.close()
        process.stdout.close()
