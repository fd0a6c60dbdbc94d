#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 280s
"""libfaketime before and after the shim: a clock that stands still, one years away, one that runs ten
times as fast. The client works in all of them.

A shim that measures what is left of a wait on a clock that stands still waits for ever; one that
finds every connection years old reconnects in the middle of an exchange.
"""
from preloads import both_orders, client, installed, server
from variants import demand

faketime = installed("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1",
                     "/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1")
clocks = {"frozen": "2020-01-01 00:00:00", "years away": "-10y", "ten times as fast": "+0 x10"}
with server() as port:
    results = [both_orders(f"faketime {name}", [client(), port], faketime, limit_s=20,
                           variables={"FAKETIME": value, "TRAP_REPAIRED": "any"})
               for name, value in clocks.items()]
demand(*results)
