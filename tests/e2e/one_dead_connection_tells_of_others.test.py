#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""Where one connection is found closed, another one of the same peer that has rested for longer is
renewed before it is used, though the kernel knows nothing against it: as when a NAT or a proxy forgets
both and only says so for one. One that has rested for shorter is left alone."""
import os
import socket
import subprocess
import threading

import harness

# Three connections, used in turn; then the second is closed by the server, and the first will not
# answer any more. The third was used last and is good.
PROGRAM = """
import socket, sys, time
REQUEST = b"GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n"
def use(connection):
    connection.send(REQUEST)
    connection.settimeout(3)
    try:
        print("ok" if connection.recv(1000) else "lost")
    except OSError:
        print("lost")
connections = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(3)]
for connection in connections:
    use(connection)
    time.sleep(0.3)
time.sleep(0.3)
for number in (1, 0, 2):
    use(connections[number])
"""
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"


def serve(listener):
    """The first connection gets one answer, the second is closed 0.5 s after its own."""
    def answer(client, number):
        with client:
            if number == 1:
                client.recv(1000)
                client.send(ANSWER)
                threading.Event().wait(0.5)
                return
            while client.recv(1000):
                if number != 0 or not answered.is_set():
                    client.send(ANSWER)
                answered.set()
    answered = threading.Event()
    for number in range(10):
        try:
            client, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=answer, args=(client, number), daemon=True).start()


def run(environment):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener,), daemon=True).start()
        port = listener.getsockname()[1]
        run = subprocess.run([harness.PYTHON, "-c", PROGRAM, str(port)], env=environment,
                             stdout=subprocess.PIPE, text=True, check=True)
        return run.stdout.split()


def main():
    demands = harness.Demands()
    log = os.path.join(harness.temporary_folder(), "log")
    settings = {"UNSTALE_LOG": log, "UNSTALE_IDLE": "30s"}
    demands.equal("bare", run(harness.bare_environment()), ["ok"] * 3 + ["lost", "lost", "ok"])
    demands.equal("with the shim", run(harness.shim_environment(settings)), ["ok"] * 6)
    with open(log) as file:
        reasons = [line.split("reason=")[1].strip() for line in file]
    demands.equal("reasons", reasons, ["peer-closed", "outlived"])
    demands.finish()


main()
