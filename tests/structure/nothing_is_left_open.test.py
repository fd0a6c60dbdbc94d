#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""No work left to do stands in the tree, and no path of one developer's machine."""
import re

import source

OPEN = re.compile(r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b")
MACHINE = re.compile(r"/" + r"work/|/" + r"root/|/home/" + r"[a-z]")


def mistakes():
    for path in source.tracked():
        for number, line in enumerate(source.lines(path), 1):
            if OPEN.search(line):
                yield f"{path}:{number}: left open: {line.strip()}"
            if MACHINE.search(line):
                yield f"{path}:{number}: a path of one machine: {line.strip()}"


source.finish(list(mistakes()))
