#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""In a process with two libssl the sessions of both are begun anew, as each one's SSL object tells whose it is.
The second library is a copy of the first under another name."""
import os
import subprocess

import harness
import https_server
import tls

NAME, OTHER_NAME = b"libssl.so.3", b"libssl.so.9"
PLUGIN = os.path.join(harness.CLIENTS, "openssl_plugin.c")


def compile_plugin(name, *link):
    path = os.path.join(harness.temporary_folder(), name)
    subprocess.run(["gcc", "-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-D_GNU_SOURCE",
                    "-shared", "-fPIC", "-o", path, PLUGIN, *link, "-lcrypto"], check=True)
    return path


def copy_library():
    """In its own name and those of its symbols' versions; the length stays."""
    found = subprocess.run(["gcc", "-print-file-name=libssl.so.3"], check=True, text=True,
                           stdout=subprocess.PIPE).stdout.strip()
    copy = os.path.join(harness.temporary_folder(), OTHER_NAME.decode())
    with open(found, "rb") as source, open(copy, "wb") as target:
        target.write(source.read().replace(NAME, OTHER_NAME))
    return copy


demands = harness.Demands()
server = https_server.Server(https_server.context(tls.make_authority()))
copy = copy_library()
plugins = [compile_plugin("one.so", "-lssl"),
           compile_plugin("two.so", copy, f"-Wl,-rpath,{os.path.dirname(copy)}")]
run = subprocess.run([os.path.join(harness.CLIENTS, "two_libraries.py"), str(server.port),
                      str(2 * harness.LIMIT_MS), *plugins], text=True, stdout=subprocess.PIPE,
                     env=harness.shim_environment(harness.IDLE_LIMIT))
lines = [line.split() for line in run.stdout.splitlines()]
demands.equal("libraries", [os.path.basename(path) for path, _ in lines],
              [NAME.decode(), OTHER_NAME.decode()])
demands.equal("second requests", [outcome for _, outcome in lines], ["answered"] * 2)
demands.equal("connections of the first requests", [number for number, *_ in server.seen["/first"]],
              [1, 2])
demands.equal("connections of the second ones", [number for number, *_ in server.seen["/second"]],
              [3, 4])
demands.finish(run.stdout)
