#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What leaves the shared object is the list of shim/base/interposed.h, all of it and nothing else."""
import elf

exported = {name for name, _, _, defined in elf.dynamic_symbols(elf.LIBRARY) if defined}
listed = elf.interposed()
mistakes = [f"{name} is listed and not exported" for name in sorted(set(listed) - exported)]
mistakes += [f"{name} is exported and not listed" for name in sorted(exported - set(listed))]
mistakes += [f"{name} is listed twice" for name in sorted({n for n in listed if listed.count(n) > 1})]
elf.finish(mistakes)
