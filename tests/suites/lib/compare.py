# SPDX-License-Identifier: MIT
"""Compares a suite's outcomes bare and under the shim, test by test.

A difference counts only if it stands: the tests that differ run again, REPEATS times bare and
REPEATS times under the shim. A test whose bare outcomes are not all the same, or that never differs
again, is flaky and gets named; any other is a difference.
"""
from .settings import BARE

REPEATS = 3
WHOLE = "(the end of the run)"
MISSING = "missing"


def differing(bare, other):
    """Names whose outcomes differ. How the program ended counts only if no test tells why."""
    names = {name for name in bare.keys() | other.keys()
             if bare.get(name, MISSING) != other.get(name, MISSING)}
    return sorted(names - {WHOLE} if len(names) > 1 else names)


class Verdicts:
    """What was found of one suite; `differences` is by setting: {name: how}."""

    def __init__(self, settings):
        self.bare = {}
        self.differences = {setting: {} for setting in settings}
        self.flaky = {}

    def add_bare(self, part, outcomes):
        self.bare.update({"%s: %s" % (part, name): outcome for name, outcome in outcomes.items()})

    def merge(self, part, saved):
        """Takes over what a run of one part has written down."""
        self.add_bare(part, saved["outcomes"][BARE][0])
        self.flaky.update(saved["flaky"])
        for setting, found in saved["differences"].items():
            self.differences[setting].update(found)

    def judge(self, part, setting, name, bare, other):
        """`bare` and `other` are lists of outcomes, the first from the whole run."""
        title = name if name.startswith(part) or name.startswith("test.") \
            else "%s: %s" % (part, name)
        again = [outcome for outcome in other[1:] if outcome != bare[0]]
        told = "%s / %s" % (", ".join(bare), ", ".join(other))
        if len(set(bare)) > 1 or not again:
            self.flaky[title] = "%s in %s" % (told, setting)
        else:
            self.differences[setting][title] = told


def compare_part(suite, part, runner, settings, verdicts, say):
    """Runs `part` bare and in each setting. `runner(suite, part, setting, only)` gives outcomes."""
    bare = runner(suite, part, BARE, ())
    verdicts.add_bare(part, bare)
    for setting in settings:
        other = runner(suite, part, setting, ())
        names = differing(bare, other)
        if not names:
            continue
        say("%s %s: differs in %d: %s; repeating" % (part, setting, len(names),
                                                     ", ".join(names[:4])))
        only = () if WHOLE in names else tuple(names)
        rounds = [(runner(suite, part, BARE, only), runner(suite, part, setting, only))
                  for _ in range(REPEATS)]
        for name in names:
            verdicts.judge(part, setting, name,
                           [run.get(name, MISSING) for run in [bare] + [r[0] for r in rounds]],
                           [run.get(name, MISSING) for run in [other] + [r[1] for r in rounds]])
