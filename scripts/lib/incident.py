# SPDX-License-Identifier: MIT
"""The incident that scripts/demo replays: a server whose idle timer fires, clients that meet it.

A run is one client against a fault server of its own, which counts what it read. A client is
believed about the requests that it gave up; for what arrived, and how often, the server is asked.
Servers end with the demo, also when that is killed: they watch the pipe on their standard input.
"""
import contextlib
import json
import os
import statistics
import subprocess
import sys
import urllib.request
from dataclasses import dataclass

REPO = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
LAUNCHER = os.path.join(REPO, "scripts", "unstale")
FAULT_SERVER = os.path.join(REPO, "tests", "server", "fault_server.py")
CLIENT_SOURCES = os.path.join(REPO, "tests", "e2e", "clients")
CLIENT_LIMIT_S = 60


class ClientFailed(Exception):
    """A client that ended before its report."""


@dataclass
class Client:
    label: str
    command: list
    tls: bool = False


@dataclass
class Scene:
    """What the server does and how the client behaves."""
    mode: str
    server_idle_s: float
    rounds: int
    gap_ms: int
    unstale_idle: str


@dataclass
class Outcome:
    """One run: what the client says, what the server counted, what unstale logged."""
    client: dict
    server: dict
    repairs: list

    @property
    def lost(self):
        """Requests that were given up; the server's word counts where it is worse."""
        return max(self.client["lost"], self.server["lost_for_good"])

    @property
    def repeated(self):
        """Requests that the server read more than once: what a retry after the write makes."""
        times_read = [count["served"] + count["lost"] for count in self.server["ids"].values()]
        return sum(1 for times in times_read if times > 1)

    def is_clean(self, rounds):
        """Each request was read once, answered once, and the client saw the answer."""
        server = self.server
        return (self.client["ok"] == server["served_once"] == server["requests"] == rounds
                and self.lost == 0)

    @property
    def latency_us(self):
        return statistics.median(self.client["latency_us"] or [0])


class Certificate:
    """A certificate authority of one certificate, made anew for each demo."""

    def __init__(self, folder):
        self.cert = os.path.join(folder, "cert.pem")
        self.key = os.path.join(folder, "key.pem")
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
             "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
             "-keyout", self.key, "-out", self.cert],
            check=True, capture_output=True)


@contextlib.contextmanager
def fault_server(scene, certificate):
    """Yields the server's port and a function that fetches its counts."""
    command = [sys.executable, FAULT_SERVER, "--until-eof", "--mode", scene.mode,
               "--idle", str(scene.server_idle_s), "--control", "0"]
    if certificate:
        command += ["--tls", certificate.cert, certificate.key]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                          text=True) as server:
        try:
            ports = dict(server.stdout.readline().split() for _ in range(2))
            counts = f"http://127.0.0.1:{ports['CONTROL']}/stats"
            yield int(ports["PORT"]), lambda: json.load(urllib.request.urlopen(counts, timeout=10))
        finally:
            server.terminate()


def clean_environment(certificate):
    """Nothing of the caller's own unstale or proxies gets into the picture."""
    environment = {name: value for name, value in os.environ.items()
                   if not name.startswith("UNSTALE_") and not name.lower().endswith("_proxy")}
    environment.pop("LD_PRELOAD", None)
    if certificate:
        environment["REQUESTS_CA_BUNDLE"] = certificate.cert
    return environment


def run(client, scene, with_unstale, certificate, folder):
    """Runs the client once through the scene."""
    log = os.path.join(folder, f"{os.path.basename(client.command[-1])}-{with_unstale}.log")
    launcher = [LAUNCHER, "--idle", scene.unstale_idle, "--log", log, "--"] if with_unstale else []
    trust = certificate if client.tls else None
    with fault_server(scene, trust) as (port, counts):
        url = f"https://localhost:{port}" if client.tls else f"http://127.0.0.1:{port}"
        report = subprocess.run(
            [*launcher, *client.command, url, "POST", str(scene.rounds), str(scene.gap_ms)],
            env=clean_environment(trust), stdout=subprocess.PIPE, text=True, timeout=CLIENT_LIMIT_S)
        if report.returncode != 0:
            raise ClientFailed(f"{client.label}: exit status {report.returncode}"
                               f" {'with' if with_unstale else 'without'} unstale")
        return Outcome(json.loads(report.stdout), counts(), read_repairs(log))


def read_repairs(log):
    """The words after action= of each line that unstale wrote, one line for each repair."""
    try:
        with open(log, encoding="utf-8") as file:
            return [field.removeprefix("action=") for line in file for field in line.split()
                    if field.startswith("action=")]
    except FileNotFoundError:
        return []
