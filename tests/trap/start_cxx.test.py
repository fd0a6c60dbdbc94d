#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 160s
"""C++: connections opened by static constructors, used in thread_local destructors and while an
exception unwinds, and closed by static destructors. A shim whose frames cannot be unwound, or that
ends before the program's static objects do, dies here.
"""
from variants import compiled, demand, same_in_all_modes

objects = [compiled(f"{name}.o", [f"{name}.c"], "-c") for name in ("trap", "trap_server")]
main = compiled("start_cxx", ["lib/start_cxx.cc"], *objects, compiler="g++")
demand(same_in_all_modes("lazy", [main]),
       same_in_all_modes("bound at once", [main], variables={"LD_BIND_NOW": "1"}))
