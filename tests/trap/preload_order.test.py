#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 280s
"""Other people's small preloads before and after the shim: libkeepalive, a stderred-like one,
jemalloc. The client works, and is repaired in both orders.

A shim that takes its next functions from libc.so itself cuts the other preload off; one that calls
dlsym() inside malloc() deadlocks with jemalloc; two that call each other by name recurse for ever.
"""
from preloads import both_orders, client, installed, server
from variants import demand, library

keepalive = installed("/usr/lib/libkeepalive.so.0", "/usr/lib/libkeepalive.so")
jemalloc = installed("/usr/lib/x86_64-linux-gnu/libjemalloc.so.2",
                     "/usr/lib/aarch64-linux-gnu/libjemalloc.so.2")
stderred = library("stderred", "-ldl")
with server() as port:
    command = [client(), port]
    results = [both_orders("libkeepalive", command, keepalive),
               both_orders("jemalloc", command, jemalloc),
               both_orders("stderred", command, stderred)]
demand(*results)
