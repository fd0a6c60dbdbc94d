# SPDX-License-Identifier: MIT
"""bench/RESULTS.md: a head, and one section for each part, replaced when that part is run again."""
import datetime
import os
import re
import subprocess

from tools import BENCH, LIBRARY, REPO

PATH = os.path.join(BENCH, "RESULTS.md")
HEAD = """\
# Measured

Written by `bench/run` (all parts) or `bench/run PART ...`. Each part says when and on what it was
run. Counts of instructions are exact and repeatable; times are medians of runs, or of turns of some
milliseconds, without and with unstale side by side. **MISS** marks what does not reach its goal.
[TRIED.md](TRIED.md) says what was done about it. Where the load in a part's head is far above the
number of cores, the machine was shared with other work: trust the counts then, and the CPU times
before the throughput.
"""


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "?"


def cpu_model():
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^(?:model name|CPU implementer)\s*: (.*)$", file.read(), re.MULTILINE)
    return found.group(1) if found else os.uname().machine


def packages(names):
    """The versions of Debian packages, those that are installed."""
    lines = (output("dpkg-query", "-W", "-f", "${Package} ${Version}", name) for name in names)
    return ", ".join(line for line in lines if line != "?")


def machine(versions):
    commit = output("git", "-C", REPO, "log", "-1", "--format=%h", "--", "shim", "Makefile")
    changed = output("git", "-C", REPO, "status", "--porcelain", "--", "shim", "Makefile")
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    size = os.path.getsize(LIBRARY)
    return (f"{datetime.datetime.now():%Y-%m-%d %H:%M}, {os.cpu_count()} cores ({cpu_model()}), "
            f"Linux {os.uname().release}, {packages(['libc6', *versions])}; shim at {commit}"
            f"{' with changes' if changed not in ('', '?') else ''}, {size} bytes; load {load}.")


def table(head, rows, align="---:"):
    lines = [head, [":---"] + [align] * (len(head) - 1), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines) + "\n"


def sections(text):
    """{title: section} of a results file, in order."""
    parts = re.split(r"^(?=## )", text, flags=re.MULTILINE)[1:]
    return {part.splitlines()[0][3:]: part for part in parts}


def write(title, order, body, versions=()):
    """Puts the section in its place; `order` is the titles of all of them."""
    have = {}
    if os.path.exists(PATH):
        with open(PATH) as file:
            have = sections(file.read())
    have[title] = f"## {title}\n\n{machine(versions)}\n\n{body}"
    parts = [HEAD, *(have[name] for name in order if name in have)]
    with open(PATH, "w") as file:
        file.write("\n\n".join(part.strip() for part in parts) + "\n")
