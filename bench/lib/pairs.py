# SPDX-License-Identifier: MIT
"""Runs in pairs: without and with unstale in turn, so that what else runs here falls on both.

The ratio is the median of the pairs' ratios; its spread is the middle half of them.
"""
import os
import resource
import statistics
import subprocess

GOAL = 0.99


class Pairs:
    def __init__(self, bare, ours):
        self.bare = statistics.median(bare)
        self.ours = statistics.median(ours)
        ratios = sorted(mine / base for mine, base in zip(ours, bare))
        self.ratio = statistics.median(ratios)
        self.low, self.high = ratios[len(ratios) // 4], ratios[len(ratios) * 3 // 4]
        self.count = len(ratios)
        # Order statistics: the true median lies between these two in nine cases of ten.
        outside = max(0, int((self.count - 1.645 * self.count ** 0.5) / 2))
        self.least, self.most = ratios[outside], ratios[-1 - outside]

    def spread(self):
        return f"{self.ratio:.3f} ({self.low:.3f} to {self.high:.3f})"

    def interval(self):
        return f"{self.ratio:.3f} ({self.least:.3f} to {self.most:.3f})"


def measure(run, settings, count=11):
    """`run(environment)` gives a list of figures; returns a Pairs for each. One run of each goes
    before and is not counted; which of a pair comes first changes with each pair."""
    plain = dict(os.environ)
    under = {**plain, **settings}
    found = {False: [], True: []}
    for environment in (plain, under):
        run(environment)
    for number in range(count):
        for ours in (False, True) if number % 2 else (True, False):
            found[ours].append(run(under if ours else plain))
    return [Pairs(*columns) for columns in zip(zip(*found[False]), zip(*found[True]))]


def timed(command, environment, **options):
    """Runs a client; returns its output and the CPU seconds that it took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True,
                          stdin=subprocess.DEVNULL, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def verdict(pairs, goal=GOAL):
    return "" if pairs.ratio >= goal else " **MISS**"
