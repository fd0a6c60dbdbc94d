# SPDX-License-Identifier: MIT
"""A reverse proxy as a client: the connection under test is the one from the proxy to the server.

The proxy runs as a child in the foreground and is what the shim is loaded into: the harness gives
its LD_PRELOAD in E2E_PROXY_PRELOAD, because this driver itself must stay bare. The driver makes a
fresh connection to the proxy for every request; an answer other than 200, or none, is a lost
request.
"""
import http.client
import os
import socket
import subprocess
import tempfile
import time
from urllib.parse import urlsplit

from rounds import Rounds

START_LIMIT_S = 20


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


def proxy_environment():
    environment = dict(os.environ)
    library = environment.pop("E2E_PROXY_PRELOAD", None)
    if library:
        environment["LD_PRELOAD"] = library
    return environment


def wait_until_it_listens(port, process):
    deadline = time.monotonic() + START_LIMIT_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except ConnectionRefusedError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def exchange(rounds, port, path):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    try:
        connection.request(rounds.method, path, rounds.body, {"Connection": "close"})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise ConnectionError(f"the proxy answered {response.status}")
    finally:
        connection.close()


def run(name, command, config):
    """command(file) starts the proxy in the foreground; config(port, peer, folder, authority) is its
    text, with the file of certificates to trust; None: plain HTTP."""
    rounds = Rounds(name)
    port = free_port()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TEST_TMP")) as folder:
        os.chmod(folder, 0o711)     # nginx's workers are not root
        file = os.path.join(folder, "proxy.conf")
        with open(file, "w") as out:
            peer = urlsplit(rounds.base_url)
            authority = os.environ["SSL_CERT_FILE"] if peer.scheme == "https" else None
            out.write(config(port, peer.netloc, folder, authority))
        process = subprocess.Popen(command(file, folder), env=proxy_environment())
        try:
            wait_until_it_listens(port, process)
            rounds.run(lambda path: exchange(rounds, port, path))
        finally:
            process.terminate()
            process.wait()
