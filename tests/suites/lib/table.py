# SPDX-License-Identifier: MIT
"""The table in docs/suites.md: one row for each suite, replaced when the suite has run again.

Everything outside of the two marks is written by people and stays as it is.
"""
import collections
import os

from .compare import WHOLE
from .explained import cause_of
from .settings import REPO

PAGE = os.path.join(REPO, "docs", "suites.md")
BEGIN, END = "<!-- table -->", "<!-- /table -->"
HEAD = ["| suite | version | tests run | bare | auto differs | harshest differs | flaky | library |",
        "|---|---|---|---|---|---|---|---|"]


def _counts(bare):
    """How many tests ended how, most frequent first."""
    outcomes = collections.Counter(outcome for name, outcome in bare.items()
                                   if not name.endswith(WHOLE))
    return outcomes.total(), ", ".join("%d %s" % (n, what) for what, n in outcomes.most_common())


def _names(found, note=lambda name: None):
    """One a line, each with its note in brackets."""
    cells = ["`%s`%s" % (name.replace("|", "/"), " (%s)" % note(name) if note(name) else "")
             for name in sorted(found)]
    return "<br>".join(cells) or "none"


def _differences(suite, verdicts, setting):
    return _names(verdicts.differences.get(setting, {}),
                  lambda name: cause_of(suite, setting, name) or "**open**")


def _flaky_note(told):
    """Says when bare was steady: then it was the shim's run that differed, once."""
    bare = told.split(" / ")[0].split(", ")
    return "" if len(set(bare)) > 1 else "once, under the shim"


def row(suite, version, verdicts, commit, lacking=()):
    """`lacking` are the parts that have not run."""
    total, counts = _counts(verdicts.bare)
    lacks = "<br>not run: " + ", ".join(lacking) if lacking else ""
    cells = [suite, version, str(total) + lacks, counts, _differences(suite, verdicts, "auto"),
             _differences(suite, verdicts, "harshest"),
             _names(verdicts.flaky, lambda name: _flaky_note(verdicts.flaky[name])), commit]
    return "| %s |" % " | ".join(cells)


def _with_row(rows, line):
    name = line.split("|")[1].strip()
    kept = [other for other in rows if other.split("|")[1].strip() != name]
    return kept + [line]


def write(line, order):
    """Puts the row into the page. `order` is the order of the suites in it."""
    with open(PAGE, encoding="utf-8") as file:
        before, rest = file.read().split(BEGIN)
    table, after = rest.split(END)
    rows = [text for text in table.splitlines() if text.startswith("| ")][1:]
    rows = sorted(_with_row(rows, line), key=lambda text: order.index(text.split("|")[1].strip()))
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(before + BEGIN + "\n" + "\n".join(HEAD + rows) + "\n" + END + after)
