# SPDX-License-Identifier: MIT
"""What the tests of proxies share: a proxy, an HTTP server behind it, and the talk in the tunnel.

The server's port is in the environment as TARGET, so clients find it bare and under the shim.
"""
import contextlib
import http.client
import os
import socket

import harness
import services
from protocols import command, pause

CONFIGURATION = """
Port {port}
Listen 127.0.0.1
Timeout 60
LogFile "{home}/tinyproxy.log"
Allow 127.0.0.1
"""
URLS = " ".join(["http://127.0.0.1:$TARGET/"] * 3)


@contextlib.contextmanager
def origin():
    with harness.Server("--mode", "stay") as server:
        os.environ["TARGET"] = str(server.port)
        yield


def target():
    return int(os.environ["TARGET"])


def curl(options):
    """Three transfers with silences between. A tunnel that was lost would need a second connection.
    """
    return command("sh", "-c", f"exec curl -sS --rate 120/m {options} {URLS}")


def requests_in_tunnel(connection):
    """`connection` is an http.client.HTTPConnection whose socket is the tunnel."""
    for method in ("GET", "POST", "GET"):
        pause()
        connection.request(method, "/", body=b"sent" if method == "POST" else None)
        print(connection.getresponse().read())


def talk_in_tunnel(tunnel):
    """`tunnel` is a socket through the proxy: HTTP by http.client, which never looks before reuse.
    """
    connection = http.client.HTTPConnection("127.0.0.1", target())
    connection.sock = tunnel
    requests_in_tunnel(connection)


@contextlib.contextmanager
def tinyproxy():
    home = harness.temporary_folder()
    port = services.free_port()
    path = harness.folder_file("tinyproxy.conf", CONFIGURATION.format(port=port, home=home))
    with origin(), services.serving(port, ["tinyproxy", "-d", "-c", path]):
        yield port


def connect(port):
    tunnel = socket.create_connection(("127.0.0.1", port))
    address = f"127.0.0.1:{target()}"
    tunnel.sendall(f"CONNECT {address} HTTP/1.1\r\nHost: {address}\r\n\r\n".encode())
    return tunnel
