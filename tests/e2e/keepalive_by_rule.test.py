#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""keepalive and user_timeout of a rule are set on the connections that the rule is for, before and
after a reconnect; what the program has set itself stays; without a rule nothing is set.

The program reads its own socket's options: they are the kernel's.
"""
import subprocess

import harness

PROGRAM = """
import http.client, socket, sys, time
host, port, own = sys.argv[1], int(sys.argv[2]), sys.argv[3]
NAMES = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE)] + [(socket.IPPROTO_TCP, number) for number in
         (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)]
class Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket()
        if own == "on":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if own == "times":
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1000)
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 7000)
        self.sock.connect((host, port))
connection = Connection(host, port)
for pause in 0.3, 0:
    connection.request("GET", "/")
    connection.getresponse().read()
    time.sleep(pause)
print(*[connection.sock.getsockopt(*name) for name in NAMES])
"""


def options(server, own, rule=None):
    environment = harness.bare_environment()
    if rule is not None:
        environment = harness.ruled_environment(f"[default]\nidle = 100ms\n{rule}\n")
    return subprocess.run([harness.PYTHON, "-c", PROGRAM, "127.0.0.1", str(server.port), own],
                          check=True, env=environment, stdout=subprocess.PIPE, text=True,
                          timeout=30).stdout.strip()


def main():
    demands = harness.Demands()
    with harness.Server("--mode", "stay") as server:
        def demand(own, rule, wanted):
            demands.equal(f"options with the program's own {own} and the rule {rule!r}",
                          options(server, own, rule), wanted)

        bare = {own: options(server, own) for own in ("none", "on", "times")}
        both = "keepalive = 45s\nuser_timeout = 20s"
        demand("none", "", bare["none"])
        demand("on", "", bare["on"])
        demand("none", f"[peer 127.0.0.2]\n{both}", bare["none"])
        demand("none", f"[peer 127.0.0.1]\naction = observe\n{both}", bare["none"])
        demand("none", both, "1 45 15 3 20000")
        demand("on", f"[peer 127.0.0.0/8:{server.port}]\n{both}", "1 45 15 3 20000")
        demand("none", "keepalive = 2s", "1 2 1 3 0")
        demand("times", both, bare["times"])
        demand("times", "user_timeout = 20s", bare["times"])
    demands.finish()


main()
