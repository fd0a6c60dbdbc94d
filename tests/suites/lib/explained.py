# SPDX-License-Identifier: MIT
"""The list of differences whose cause is known (the file `explained`)."""
import fnmatch
import os

PATH = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "explained")


def _lines():
    with open(PATH, encoding="utf-8") as file:
        for line in file:
            if line.strip() and not line.startswith("#"):
                yield [cell.strip() for cell in line.split("|")]


def cause_of(suite, setting, name):
    """The cause, or None: then the difference is open."""
    for its_suite, its_setting, pattern, cause in _lines():
        if (its_suite, its_setting) == (suite, setting) and fnmatch.fnmatchcase(name, pattern):
            return cause
    return None
