#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 240s
"""Libraries that are opened and closed while the program runs, and that hold connections.

close: the library closes its connection in its destructor, while dlclose() is at work; its number is
reused. A shim that remembers an address inside the library, or its dlerror() state, dies.
deepbind: RTLD_DEEPBIND lets a library find libc before the preloaded ones, as PHP's extensions do; a
shim that leaves the flag alone never sees the connection. Ours takes it away.
leaf: the library dlopen()s a bare name that only its own RUNPATH finds. dlopen() looks at its
return address to know the caller; behind a naive wrapper it sees the wrapper, and finds nothing.
"""
import os

from variants import OUT, compiled, demand, library, same_in_all_modes

common = ["trap.c", "trap_server.c"]
client = library("load_client", "-Wl,--enable-new-dtags,-rpath,$ORIGIN/leaf", sources=common)
os.makedirs(f"{OUT}/lib/leaf", exist_ok=True)
compiled("leaf/load_leaf.so", ["lib/load_leaf.c"], "-shared", "-fPIC")
main = compiled("load_main", ["lib/load_main.c", *common], "-ldl")
now = {"LD_BIND_NOW": "1"}
demand(same_in_all_modes("close", [main, client, "close"]),
       same_in_all_modes("close, bound at once", [main, client, "close"], variables=now),
       same_in_all_modes("deepbind", [main, client, "deepbind"]),
       same_in_all_modes("leaf", [main, client, "leaf"]),
       same_in_all_modes("leaf, bound at once", [main, client, "leaf"], variables=now))
