#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A folder of shim/ includes itself and folders below it, in the order of the house: so what decides
never reaches what acts, and any folder can be read without those above it."""
import os
import re

import source

ORDER = ["doors", "repair", "verdict", "connection", "peer", "record", "base"]
# The verdict is pure: beside itself it may know what a bool is.
PURE = {"verdict": {"<stdbool.h>", "<stddef.h>", "<stdint.h>"}}


def includes(path):
    for number, line in enumerate(source.lines(path), 1):
        match = re.match(r'\s*#\s*include\s+([<"][^">]+[">])', line)
        if match:
            yield number, match[1]


def mistakes():
    for path in source.shim():
        folder = path.split("/")[1]
        if folder not in ORDER:
            yield f"{path}: '{folder}' has no place in the order of folders"
            continue
        for number, name in includes(path):
            if folder in PURE and name.startswith("<") and name not in PURE[folder]:
                yield f"{path}:{number}: {folder} is pure and may not include {name}"
            if name.startswith("<"):
                continue
            name = name.strip('"')
            target = name.split("/")[0]
            if not os.path.exists(os.path.join(source.REPO, "shim", name)):
                yield f"{path}:{number}: write {name} from shim/ on: \"folder/file.h\""
            elif folder in PURE and target != folder:
                yield f"{path}:{number}: {folder} is pure and may not include {name}"
            elif target in ORDER and ORDER.index(target) < ORDER.index(folder):
                yield f"{path}:{number}: {folder} may not include {target}, which is above it"


source.finish(list(mistakes()))
