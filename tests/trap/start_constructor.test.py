#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 160s
"""A library whose constructor comes before the shim's connects, writes, waits and closes.

A shim that resolves the next functions only in its own constructor calls a null pointer here.
"""
from variants import OUT, compiled, demand, library, same_in_all_modes

common = ["trap.c", "trap_server.c"]
early = library("early", "-Ilib", sources=common)
main = compiled("start_constructor", ["lib/start_constructor_main.c"], early,
                f"-Wl,-rpath,{OUT}/lib")
demand(same_in_all_modes("lazy", [main]),
       same_in_all_modes("bound at once", [main], variables={"LD_BIND_NOW": "1"}))
