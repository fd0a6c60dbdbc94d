#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 60s
"""A ledger is there while its process runs and after a SIGKILL, is its owner's alone, costs no
descriptor, and a fork child has one of its own."""
import glob
import os
import subprocess
import sys

import harness
import learning

sys.path.insert(0, os.path.join(harness.REPO, "report"))
sys.dont_write_bytecode = True
import ledger  # noqa: E402

PROGRAM = """
import http.client, os, sys, time
def exchange():
    connection = http.client.HTTPConnection("127.0.0.1", int(sys.argv[1]))
    for _ in range(5):
        connection.request("GET", "/")
        connection.getresponse().read()
exchange()
if not os.fork():
    exchange()
    exchange()
    os._exit(0)
os.wait()
print(len(os.listdir("/proc/self/fd")), flush=True)
time.sleep(60)
"""


def exchanges(paths):
    def complain(path, reason):
        sys.exit(f"{path}: {reason}")
    return sorted(peer.counts["exchanged"] for path in paths
                  for peer in ledger.read([path], complain))


def run(demands, port, folder, environment):
    with harness.running([harness.PYTHON, "-c", PROGRAM, str(port)], env=environment,
                         stdout=subprocess.PIPE, text=True) as process:
        descriptors = int(process.stdout.readline())
        files = glob.glob(os.path.join(folder, "*.ledger"))
        live = exchanges(files)
        process.kill()
        process.wait()
    demands.equal("after the kill the same as before", exchanges(files), live)
    for path in files:
        demands.equal(f"mode of {path}", oct(os.stat(path).st_mode & 0o777), "0o600")
    return descriptors, live


def main():
    demands = harness.Demands()
    folder = harness.temporary_folder()
    with learning.announced("idle_server.py", names=["PORT", "CONTROL"]) as (port, _):
        bare, none = run(demands, port, folder, harness.bare_environment())
        kept, counted = run(demands, port, folder,
                            harness.shim_environment({"UNSTALE_LEDGER": folder}))
    demands.equal("ledgers without a setting", none, [])
    demands.equal("exchanges of the parent and of the child", counted, [5, 10])
    demands.equal("open descriptors", kept, bare)
    demands.finish()


main()
