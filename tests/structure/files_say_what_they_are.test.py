#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Every source file opens with its licence and its purpose, and a header is guarded by its own name."""
import re

import source

KINDS = (".c", ".h", ".py", ".sh", ".mk")


def is_source(path, text):
    return path.endswith(KINDS) or (text and text[0].startswith("#!"))


def mistakes():
    for path in source.tracked():
        text = source.lines(path)
        if not is_source(path, text):
            continue
        head = "\n".join(text[:3])
        if "SPDX-License-Identifier: MIT" not in head:
            yield f"{path}: no SPDX-License-Identifier: MIT in its first 3 lines"
        elif not re.search(r"[A-Za-z]{3,} [A-Za-z]", "\n".join(text[1:8]).split("MIT", 1)[-1]):
            yield f"{path}: does not say what it is for"
        if path.startswith("shim/") and path.endswith(".h"):
            guard = "UNSTALE_" + re.sub(r"\W", "_", path[len("shim/"):]).upper()
            if f"#ifndef {guard}" not in text or f"#define {guard}" not in text:
                yield f"{path}: its guard is not {guard}"


source.finish(list(mistakes()))
