# SPDX-License-Identifier: MIT
"""Protocols whose state lives in the connection: no silence may make the shim touch it.

A test gives a real server and its real clients. Each client runs bare and under the shim with a
limit of 200 ms, and is silent for longer at every point where that matters. Each run has a relay of
its own between client and server that counts connections. Demanded is that the output is the same,
that no connection was opened that was not opened bare, and that the shim logged no repair.
"""
import concurrent.futures
import contextlib
import glob
import os
import signal
import socket
import subprocess
import sys
import threading
import time

import harness
import services

PAUSE_S = 2.5 * harness.LIMIT_MS / 1000
CLIENT_LIMIT_S = 25


class Relay:
    """Passes bytes and ends of streams on, as they come, and counts the connections."""

    def __init__(self, port):
        self.target = port
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client = self.listener.accept()[0]
                self.connections += 1
                server = socket.create_connection(("127.0.0.1", self.target))
                for pair in (client, server), (server, client):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    @staticmethod
    def _pass_on(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


class Run:
    """One client under way: where it connects to, with which environment, and what it left."""

    def __init__(self, name, shimmed):
        self.name = f"{name} {'with the shim' if shimmed else 'bare'}"
        stem = os.path.join(harness.temporary_folder(), self.name.replace(" ", "-"))
        self.log, self.loads = f"{stem}.log", f"{stem}.loads"
        self.environment = harness.bare_environment()
        if shimmed:
            self.environment = harness.shim_environment({
                **harness.IDLE_LIMIT, "UNSTALE_LOG": self.log,
                "LD_DEBUG": "files", "LD_DEBUG_OUTPUT": self.loads})

    def perform(self, client, server_port):
        with Relay(server_port) as relay:
            self.output = client(relay.port, self.environment)
            self.connections = relay.connections

    def shim_was_loaded(self):
        loaded = f"calling init: {os.path.realpath(harness.LIBRARY)}"
        return any(loaded in read(path) for path in glob.glob(glob.escape(self.loads) + ".*"))


def read(path):
    with open(path, errors="replace") as file:
        return file.read()


def repairs_logged(run):
    return read(run.log).splitlines() if os.path.exists(run.log) else []


def talk(command, port, environment, lines=()):
    """Runs a command and gives it each line, with a silence after it. In both "{port}" is filled
    in, which also tells the runs apart. Returns the output, with what it says when it fails."""
    command = [word.replace("{port}", str(port)) for word in command]
    with start(command, environment, stdin=subprocess.PIPE) as process:
        with contextlib.suppress(BrokenPipeError):
            for line in lines:
                process.stdin.write(line.replace("{port}", str(port)) + "\n")
                process.stdin.flush()
                time.sleep(PAUSE_S)
        return outcome(process)


def start(command, environment, **options):
    """In a session of its own, so that a pipeline can be ended as a whole."""
    return subprocess.Popen(command, env=environment, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, start_new_session=True, **options)


def outcome(process):
    """The output of what start() began, which is ended when it takes too long."""
    try:
        output = process.communicate(timeout=CLIENT_LIMIT_S)[0]
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output = process.communicate()[0] + "\nit did not end"
    return output + (f"\nexit status {process.returncode}" if process.returncode else "")


def command(*words, lines=()):
    """A client: a program that is there, and what is typed into it."""
    return lambda port, environment: talk(words, port, environment, lines)


def this_file(function, port):
    """The command that runs a function of the test file, which takes a port."""
    return [harness.PYTHON, os.path.abspath(sys.argv[0]), "program", function.__name__, str(port)]


def own_program(function):
    """A client: a function of the test file in a process of its own."""
    return command(*this_file(function, "{port}"))


def own_server(function):
    """A server likewise. It serves on the port that it is given until it is ended."""
    @contextlib.contextmanager
    def server():
        port = services.free_port()
        with services.serving(port, this_file(function, port)):
            yield port
    return server


def pause():
    time.sleep(PAUSE_S)


def compare(port, clients, connections, demands):
    """Everything at once, as it mostly sleeps."""
    runs = {name: (Run(name, False), Run(name, True)) for name in clients}
    with concurrent.futures.ThreadPoolExecutor(2 * len(runs)) as pool:
        for future in [pool.submit(run.perform, clients[name], port)
                       for name, pair in runs.items() for run in pair]:
            future.result()
    for name, (bare, shimmed) in runs.items():
        check(bare, shimmed, connections.get(name, 1), demands)


def check(bare, shimmed, connections, demands):
    failure = bare.output if "exit status" in bare.output else None
    demands.equal(f"{bare.name}: failure", failure, None)
    demands.more_than(f"{bare.name}: bytes of output", len(bare.output), 0)
    demands.equal(f"{shimmed.name}: output", shimmed.output, bare.output)
    demands.equal(f"{bare.name}: connections", bare.connections, connections)
    demands.equal(f"{shimmed.name}: connections", shimmed.connections, connections)
    demands.equal(f"{shimmed.name}: repairs", repairs_logged(shimmed), [])
    demands.equal(f"{shimmed.name}: the shim was loaded", shimmed.shim_was_loaded(), True)


def hold(server, commands=None, programs=(), connections=None):
    """The test. `server` is a context that yields a port; `commands` are clients by name;
    `programs` are functions program(port) of the test file, which show what they received with
    print(). `connections`, by name, is for a client that needs more than one."""
    if sys.argv[1:2] == ["program"]:
        vars(sys.modules["__main__"])[sys.argv[2]](int(sys.argv[3]))
        return
    clients = {**(commands or {}),
               **{function.__name__: own_program(function) for function in programs}}
    demands = harness.Demands()
    with server() as port:
        compare(port, clients, connections or {}, demands)
    demands.finish()
