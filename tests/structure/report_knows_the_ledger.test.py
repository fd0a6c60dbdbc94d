#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""report/ledger.py, which reads what shim/record/ledger.c writes, has the same words and numbers in the
same order as the enums that the shim counts by."""
import os
import re
import sys

import source

sys.path.insert(0, os.path.join(source.REPO, "report"))
sys.dont_write_bytecode = True
import ledger  # noqa: E402


def text(path):
    return "\n".join(source.lines(path))


def members(path, enum, prefix):
    """The members of an enum in their order, in lower case, without what only counts them."""
    body = re.search(rf"enum {enum} {{(.*?)}}", text(path), re.S).group(1)
    body = re.sub(r"/\*.*?\*/", "", body, flags=re.S)
    names = [name.strip() for name in body.split(",") if name.strip()]
    return tuple(name[len(prefix):].lower().replace("_", "-") for name in names
                 if not re.fullmatch(r"\w+_(COUNT|AGES)", name))


def reasons():
    """By the words of verdict.c, in the order of the enum."""
    words = dict(re.findall(r'\[(REASON_\w+)\] = "([\w-]+)"', text("shim/verdict/verdict.c")))
    order = members("shim/verdict/verdict.h", "reason", "")
    return tuple(words[name.upper().replace("-", "_")] for name in order)


def number(name):
    return int(re.search(rf"{name} = (\d+)", text("shim/record/ledger.h")).group(1))


def differences():
    same = {
        "COUNTS": (ledger.COUNTS, members("shim/peer/peer.h", "peer_event", "PEER_")),
        "VERDICTS": (ledger.VERDICTS, members("shim/verdict/verdict.h", "verdict", "VERDICT_")),
        "REASONS": (ledger.REASONS, reasons()),
        "ACTIONS": (ledger.ACTIONS[1:],
                    members("shim/base/settings.h", "settings_action", "ACTION_")[1:]),
        "VERSION": (ledger.VERSION, number("LEDGER_VERSION")),
        "COUNTS_ROOM": (ledger.COUNTS_ROOM, number("LEDGER_COUNTS")),
        "VERDICTS_ROOM": (ledger.VERDICTS_ROOM, number("LEDGER_VERDICTS")),
        "REASONS_ROOM": (ledger.REASONS_ROOM, number("LEDGER_REASONS")),
        "NAMES_ROOM": (ledger.NAMES_ROOM, number("LEDGER_NAMES")),
        "NAME_BYTES": (ledger.NAME_BYTES, number("LEDGER_NAME_BYTES")),
        "BINS": (ledger.BINS, number("LEDGER_BINS")),
    }
    for name, (mine, theirs) in same.items():
        if mine != theirs:
            yield f"report/ledger.py: {name} is {mine}, the shim has {theirs}"


source.finish(list(differences()))
