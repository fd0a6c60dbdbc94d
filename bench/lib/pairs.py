# SPDX-License-Identifier: MIT
"""Runs in pairs: without and with unstale in turn, so that what else the machine does falls on both.

The ratio is the median of the pairs' ratios; its spread is the middle half of them.
"""
import os
import statistics

GOAL = 0.99


class Pairs:
    def __init__(self, bare, ours):
        self.bare = statistics.median(bare)
        self.ours = statistics.median(ours)
        ratios = sorted(mine / base for mine, base in zip(ours, bare))
        self.ratio = statistics.median(ratios)
        self.low, self.high = ratios[len(ratios) // 4], ratios[len(ratios) * 3 // 4]
        self.count = len(ratios)


def measure(run, settings, count=11):
    """`run(environment)` gives a figure, more is better. One run of each goes before and is not
    counted; which of a pair comes first changes with each pair."""
    plain = dict(os.environ)
    under = {**plain, **settings}
    found = {False: [], True: []}
    for environment in (plain, under):
        run(environment)
    for number in range(count):
        for ours in (False, True) if number % 2 else (True, False):
            found[ours].append(run(under if ours else plain))
    return Pairs(found[False], found[True])


def verdict(pairs, goal=GOAL):
    return "" if pairs.ratio >= goal else " **MISS**"


def shown(pairs, unit):
    return (f"{pairs.bare:,.0f} {unit} bare, {pairs.ours:,.0f} under unstale; ratio "
            f"{pairs.ratio:.3f} (middle half {pairs.low:.3f} to {pairs.high:.3f}, "
            f"{pairs.count} pairs){verdict(pairs)}")
