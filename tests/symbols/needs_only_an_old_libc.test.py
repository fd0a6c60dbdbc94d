#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The shared object loads wherever glibc 2.31 is, and stays loaded: it needs libc alone, no younger
symbol version, no writable code, no executable stack, and everything is bound when it is loaded."""
import re

import elf

NEWEST = (2, 31)


def versions():
    for name, version, _, defined in elf.dynamic_symbols(elf.LIBRARY):
        match = re.match(r"GLIBC_(\d+)\.(\d+)", version)
        if not defined and match and (int(match[1]), int(match[2])) > NEWEST:
            yield f"{name} wants {version}, newer than GLIBC_{NEWEST[0]}.{NEWEST[1]}"


def dynamic():
    text = elf.run("readelf", "-W", "-d", elf.LIBRARY)
    needed = re.findall(r"\(NEEDED\).*\[(.*)\]", text)
    if needed != ["libc.so.6"]:
        yield f"it needs {', '.join(needed)}, not libc.so.6 alone"
    for flag in ("NODELETE", "NOW"):
        if not re.search(rf"\(FLAGS_1\).*\b{flag}\b", text):
            yield f"it has no flag {flag}"
    for word in ("TEXTREL", "RPATH", "RUNPATH"):
        if word in text:
            yield f"it has {word}"
    if "[libunstale.so]" not in text:
        yield "its name is not libunstale.so"


def segments():
    text = elf.run("readelf", "-W", "-l", elf.LIBRARY)
    if "GNU_RELRO" not in text:
        yield "it has no GNU_RELRO"
    stack = re.search(r"GNU_STACK.*?\s([RWE ]+)\s+0x", text)
    if not stack or "E" in stack[1]:
        yield "its stack is executable"
    for segment in re.findall(r"^\s+LOAD.*?\s([RWE ]{3})\s+0x", text, re.MULTILINE):
        if "W" in segment and "E" in segment:
            yield "it has a segment that is writable and executable"


elf.finish([*versions(), *dynamic(), *segments()])
