#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A file of shim/ has one job and 250 lines at the most; a function has 40, an exported one 25. In
column 0 stand only a function's braces (clang-format), so they tell where it begins and ends."""
import source

FILE_MOST = 250
FUNCTION_MOST = 40
EXPORTED_MOST = 25
# One plain system call after the other, each three lines: nothing to be understood by splitting it.
TABLES = {"shim/base/raw.c"}


def functions(text):
    """(line of its head, its name's line, lines of its body)"""
    begin = None
    for number, line in enumerate(text, 1):
        if line == "{":
            begin = number
        elif line == "}" and begin:
            head = begin - 1
            while head > 1 and text[head - 2].strip() and not text[head - 2].startswith(("}", "#", " *", "/*")):
                head -= 1
            yield head, text[head - 1], number - begin - 1
            begin = None


def mistakes():
    for path in source.shim():
        text = source.lines(path)
        if len(text) > FILE_MOST and path not in TABLES:
            yield f"{path}: {len(text)} lines; at most {FILE_MOST}"
        for number, head, length in functions(text):
            most = EXPORTED_MOST if head.startswith("EXPORTED") else FUNCTION_MOST
            if length > most:
                yield f"{path}:{number}: a function of {length} lines; at most {most}: {head}"


source.finish(list(mistakes()))
