#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 280s
"""torsocks and proxychains before and after the shim, through a SOCKS proxy and past it.

Behind a SOCKS proxy a connection has a state: a request that goes out on a new connection without the
greeting is lost. One of the two orders hides the greeting from the shim, and the other one hides the
proxy's address. A shim that believes what connect() was called with reconnects to nowhere.
"""
import contextlib
import os
import subprocess
import sys
import tempfile

from preloads import both_orders, client, installed, server
from variants import HERE, demand

LIB = "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu"
ANYWHERE = "192.0.2.1"   # TEST-NET-1 (RFC 5737): the proxy knows the way


@contextlib.contextmanager
def socks(port):
    process = subprocess.Popen([sys.executable, f"{HERE}/lib/socks_server.py", port],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        left = process.communicate()[0]
    if left != "0 strangers\n":
        print(f"the SOCKS server says: {left}")
        sys.exit(1)


def write(folder, name, words):
    path = os.path.join(folder, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(words)
    return path


def torsocks(folder, proxy, port):
    conf = write(folder, "torsocks.conf",
                 f"TorAddress 127.0.0.1\nTorPort {proxy}\nOnionAddrRange 127.42.42.0/24\n"
                 "AllowOutboundLocalhost 1\n")
    other = installed(*(f"{lib}/torsocks/libtorsocks.so" for lib in LIB))
    for name, address in (("torsocks", ANYWHERE), ("torsocks, not by the proxy", "127.0.0.1")):
        yield both_orders(name, [client(), port, address], other,
                          modes=("off", "auto", "harshest"),
                          variables={"TORSOCKS_CONF_FILE": conf, "TRAP_REPAIRED": "any"})


def proxychains(folder, proxy, port):
    head = "strict_chain\nquiet_mode\ntcp_read_time_out 9000\ntcp_connect_time_out 9000\n"
    tail = f"[ProxyList]\nsocks5 127.0.0.1 {proxy}\n"
    other = installed(*(f"{lib}/libproxychains.so.4" for lib in LIB))
    by_proxy = write(folder, "by_proxy.conf", head + tail)
    past = write(folder, "past.conf", f"{head}localnet 127.0.0.0/255.0.0.0\n{tail}")
    for name, address, conf in (("proxychains", ANYWHERE, by_proxy),
                                ("proxychains, not by the proxy", "127.0.0.1", past)):
        yield both_orders(name, [client(), port, address], other,
                          modes=("off", "auto", "harshest"),
                          variables={"PROXYCHAINS_CONF_FILE": conf, "TRAP_REPAIRED": "any"})


with tempfile.TemporaryDirectory() as folder, server() as port, socks(port) as proxy:
    results = [*torsocks(folder, proxy, port), *proxychains(folder, proxy, port)]
demand(*results)
