# SPDX-License-Identifier: MIT
"""What all end-to-end tests share: the places, the fault server, the environment with and without
the shim, and a list of demands that is reported as a whole.

The shim is loaded only into the process under test. Everything else (this test, the fault server, a
driver) stays bare, so that it can be believed.
"""
import atexit
import contextlib
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import urllib.request

HERE = os.path.dirname(os.path.abspath(__file__))
REPO = os.path.dirname(os.path.dirname(HERE))
CLIENTS = os.path.join(HERE, "clients")
BUILD = os.path.join(REPO, "build", "tests", "e2e")
LIBRARY = os.environ.get("UNSTALE_LIB", os.path.join(REPO, "build", "libunstale.so"))
PYTHON = "/usr/bin/python3"
LIMIT_MS = 200
IDLE_LIMIT = {"UNSTALE_IDLE": f"{LIMIT_MS}ms"}
END_LIMIT_S = 30


def temporary_folder():
    """TEST_TMP, which tests/run removes; a folder of our own when the test is started by hand."""
    if "TEST_TMP" not in os.environ:
        os.environ["TEST_TMP"] = tempfile.mkdtemp(prefix="unstale-test-")
        os.chmod(os.environ["TEST_TMP"], 0o711)
        atexit.register(shutil.rmtree, os.environ["TEST_TMP"], True)
    return os.environ["TEST_TMP"]


def folder_file(name, text):
    """A file with this text in the temporary folder; returns its path."""
    path = os.path.join(temporary_folder(), name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text)
    return path


def build():
    subprocess.run([os.path.join(HERE, "build.sh")], check=True)


def bare_environment():
    """Without the shim, its settings, or what else of the caller's changes a client's doing."""
    unwanted = ("UNSTALE_", "LD_PRELOAD", "http_proxy", "https_proxy", "no_proxy", "all_proxy")
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith(unwanted) and not name.lower().startswith(unwanted)}
    return {**clean, "PYTHONDONTWRITEBYTECODE": "1"}


def shim_environment(settings, variable="LD_PRELOAD"):
    if not os.path.exists(LIBRARY):
        sys.exit(f"no shim at {LIBRARY}: build it first")
    return {**bare_environment(), variable: LIBRARY, **settings}


def ruled_environment(rules):
    """With the shim, and these rules as its file of settings."""
    return shim_environment({"UNSTALE_CONFIG": folder_file("rules.ini", rules)})


def silences():
    """The three cases of a connection that must survive a silence: (name, environment, silence in
    ms). Without any setting the built-in limit is 4 s."""
    yield "bare", bare_environment(), 5 * LIMIT_MS
    yield "with a limit", shim_environment(IDLE_LIMIT), 5 * LIMIT_MS
    yield "with no setting", shim_environment({}), 4500


def command_text(command, environment):
    """How a person repeats this run: only what differs from a bare environment is shown."""
    bare = bare_environment()
    shown = [f"{name}={shlex.quote(value)}" for name, value in environment.items()
             if bare.get(name) != value]
    return " ".join(["env", *shown, shlex.join(command)])


class Server:
    """A fault server for the length of a with block."""

    def __init__(self, *options, scheme="http"):
        self.command = [PYTHON, os.path.join(REPO, "tests", "server", "fault_server.py"),
                        "--until-eof", "--control", "0", *options]
        self.scheme = scheme

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, env=bare_environment(), text=True)
        self.port = self._announced("PORT")
        self.control = self._announced("CONTROL")
        address = "[::1]" if "--ipv6" in self.command else "127.0.0.1"
        self.url = f"{self.scheme}://{address}:{self.port}"
        return self

    def _announced(self, name):
        line = self.process.stdout.readline()
        assert line.startswith(name), f"the fault server did not start: {line!r}"
        return int(line.split()[1])

    def stats(self):
        address = f"http://127.0.0.1:{self.control}/stats"
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address) as answer:
            return json.load(answer)

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


@contextlib.contextmanager
def running(command, **options):
    """A process that is ended, at the latest, with the with block."""
    process = subprocess.Popen(command, **options)
    try:
        yield process
    finally:
        for stream in (process.stdin, process.stdout):
            if stream:
                stream.close()
        process.terminate()
        try:
            process.wait(END_LIMIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Demands:
    """Collects what is not as it must be, so that one run shows all of it."""

    def __init__(self):
        self.broken = []

    def equal(self, what, got, wanted):
        if got != wanted:
            self.broken.append(f"{what}: {got}, must be {wanted}")

    def more_than(self, what, got, least):
        if got <= least:
            self.broken.append(f"{what}: {got}, must be more than {least}")

    def finish(self, *notes):
        """Ends the test: silently, or with every broken demand and how to repeat the run."""
        if self.broken:
            print("\n".join([*self.broken, *notes]))
            sys.exit(1)
