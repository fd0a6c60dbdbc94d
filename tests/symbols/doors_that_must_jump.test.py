#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""dlopen() looks at its return address for its caller's RUNPATH, and vfork()'s child returns on our
caller's frame: the doors of both must end in a jump, with no call and no return of their own."""
import elf

CALLS = ("call", "bl", "blr")
RETURNS = ("ret", "retq")
JUMPS = ("jmp", "br")


def mistakes(name):
    code = [(word, operands) for word, operands in elf.instructions(name)
            if word not in ("nop", "nopw", "nopl", "xchg", "data16", "cs", "endbr64", "bti")]
    words = [word for word, _ in code]
    for word in words:
        if word.startswith(CALLS) and not word.startswith("ble"):
            yield f"{name} calls"
        if word in RETURNS:
            yield f"{name} returns"
    if words[-1] not in JUMPS:
        yield f"{name} does not end in a jump but in '{' '.join(code[-1])}'"


elf.finish([*mistakes("dlopen"), *mistakes("vfork")])
