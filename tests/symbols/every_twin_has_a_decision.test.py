#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A program may reach the same system call by another name of libc's (fortified, 64-bit, old alias).
For each such twin of an interposed function that this machine's libc has, the file `decisions` says
whether we stand in front of it, and why."""
import os
import re

import elf

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "decisions")


def decisions():
    """name -> (decision, reason)"""
    with open(FILE, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if line.strip() and not line.startswith("#"):
                name, decision, reason = line.split(None, 2)
                if decision not in ("interposed", "left") or not reason.strip():
                    elf.finish([f"decisions:{number}: write NAME interposed|left REASON"])
                yield name, decision


def root(name):
    """The name without what makes twins: __, __libc_, 64, _time64, _chk, _nocancel."""
    name = re.sub(r"^(__libc_|_IO_|_+)", "", name)
    previous = None
    while name != previous:
        previous = name
        name = re.sub(r"(_chk|_nocancel|_time64|_2|64)$", "", name)
    return name


listed = elf.interposed()
roots = {root(name) for name in listed}
twins = {name for name, _, kind, defined in elf.dynamic_symbols(elf.libc())
         if defined and kind in ("FUNC", "IFUNC") and root(name) in roots}
decided = dict(decisions())
mistakes = []
for name in sorted(twins - set(listed)):
    if name not in decided:
        mistakes.append(f"libc has {name}: write a decision into tests/symbols/decisions")
for name, decision in decided.items():
    if (decision == "interposed") != (name in listed):
        mistakes.append(f"decisions: {name} is '{decision}', but the list says otherwise")
    if root(name) not in roots:
        mistakes.append(f"decisions: {name} is no twin of any interposed function")
for name in listed:
    if name != root(name) and name not in decided:
        mistakes.append(f"{name} is a twin in the list and has no decision")
elf.finish(mistakes)
