# SPDX-License-Identifier: MIT
"""The files that the structure tests read, and how they end."""
import os
import subprocess
import sys

REPO = os.environ.get("REPO", os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))


def tracked(*patterns):
    """Paths of the tracked files that still exist, from the top of the tree."""
    listed = subprocess.run(["git", "-C", REPO, "ls-files", "-z", "--", *patterns], check=True,
                            text=True, stdout=subprocess.PIPE).stdout
    return [path for path in listed.split("\0") if path and os.path.isfile(os.path.join(REPO, path))]


def lines(path):
    with open(os.path.join(REPO, path), encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def shim(*suffixes):
    return [path for path in tracked("shim") if path.endswith(suffixes or (".c", ".h"))]


def finish(mistakes):
    """Prints the mistakes and ends the test."""
    for mistake in mistakes:
        print(mistake)
    sys.exit(1 if mistakes else 0)
