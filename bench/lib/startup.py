# SPDX-License-Identifier: MIT
"""What it costs to start a program, in instructions and in memory (issue 5, item 5)."""
import os
import re
import subprocess
import tempfile

import callgrind
import results
import tools

TITLE = "Start-up"
PACKAGES = ["valgrind", "strace", "python3"]
INSTRUCTIONS_MOST = 150_000
RESIDENT_MOST_KIB = 120
PROGRAMS = {"true": ["/bin/true"], "python3 -c pass": ["/usr/bin/python3", "-B", "-c", "pass"]}
# Calls that take memory from the kernel, or map what allocates.
ALLOCATIONS = r"^\S*\s*(brk|mmap|mremap)\("


def instructions():
    """Rows: a program, bare, over an empty preload, and that with settings in a file."""
    empty = {"LD_PRELOAD": tools.empty_library()}
    same = {"PYTHONHASHSEED": "0"}
    file = {**tools.under({"IDLE": "3s"}),
            "UNSTALE_CONFIG": os.path.join(tools.REPO, "preload.ini")}
    rows = []
    for name, command in PROGRAMS.items():
        bare, base, ours, full, off = (
            callgrind.total(callgrind.run(command, {**environment, **same})) for environment in
            ({}, empty, tools.under(), file, tools.under({"ACTION": "off"})))
        worst = max(ours, full) - base
        rows.append([name, f"{bare:,}", f"+{base - bare:,}", f"+{ours - base:,}",
                     f"+{full - base:,}", f"+{off - base:,}",
                     f"+{INSTRUCTIONS_MOST:,}" + ("" if worst <= INSTRUCTIONS_MOST else
                                                  " **MISS**")])
    return results.table(["program", "bare", "an empty preload", "unstale over that",
                          "with preload.ini and --idle", "off", "goal"], rows)


def mappings(environment):
    """The library's own mappings, its .bss among them, in a program that has just started:
    {size: KiB}."""
    text = subprocess.run(["cat", "/proc/self/smaps"], env={**os.environ, **environment},
                          capture_output=True, text=True, check=True).stdout
    sizes, at_end, counted = {}, None, False
    for line in text.splitlines():
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) \S+ \S+ \S+ \d+ *(.*)", line)
        if head:
            start, end, name = head.groups()
            counted = name.endswith("libunstale.so") or (not name and start == at_end)
            at_end = end if counted else None
        elif counted:
            key, value = line.split(":", 1)
            if key in ("Rss", "Private_Dirty", "Private_Clean"):
                sizes[key] = sizes.get(key, 0) + int(value.split()[0])
    return sizes


def constructor_calls():
    """The system calls between the last thing that the loader does and the program's own."""
    with tempfile.TemporaryDirectory(prefix="unstale-bench-") as folder:
        trace = os.path.join(folder, "trace")
        environment = [f"--env={name}={value}" for name, value in tools.under().items()]
        subprocess.run(["strace", "-o", trace, *environment, "/bin/true"], check=True)
        with open(trace) as file:
            lines = file.read().splitlines()
    begin = max(i for i, line in enumerate(lines) if line.startswith("munmap("))
    end = next(i for i, line in enumerate(lines) if line.startswith("exit_group("))
    return [line.replace(tools.REPO + "/", "") for line in lines[begin + 1:end]]


def run():
    tools.need("valgrind", "strace")
    memory = mappings(tools.under())
    calls = constructor_calls()
    allocating = [call for call in calls if re.match(ALLOCATIONS, call)]
    miss = "" if memory["Rss"] <= RESIDENT_MOST_KIB else " **MISS**"
    return f"""\
{instructions()}
Resident after the start of a program (`cat /proc/self/smaps`): {memory['Rss']} KiB, goal
{RESIDENT_MOST_KIB}{miss}; of it {memory['Private_Dirty']} KiB are this process's own, the rest is
the file in the page cache, shared by all programs that run under it.

System calls of the constructor (`strace`); those that take memory: {len(allocating)}.

```
{chr(10).join(calls)}
```"""
