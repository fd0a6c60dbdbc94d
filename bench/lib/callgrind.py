# SPDX-License-Identifier: MIT
"""Counts instructions with callgrind: of one call (calls.c) or of a whole program.

A count is the same in each run, also on a busy machine. What is not counted is the kernel, and the
vDSO: valgrind hides it, so that a clock reading is a system call (clock.c counts the vDSO's part).
"""
import os
import re
import subprocess
import tempfile

FEW = 100
MANY = 10 * FEW


class Failed(Exception):
    """The program did not run to its end under this preload."""


def profile(folder, command, environment, options, limit_s):
    out = os.path.join(folder, "out")
    process = subprocess.run(
        ["valgrind", "--tool=callgrind", "-q", f"--callgrind-out-file={out}", *options, *command],
        env={**os.environ, **(environment or {})}, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, timeout=limit_s)
    if process.returncode or not os.path.exists(out):
        raise Failed(process.stderr.decode(errors="replace")[-300:])
    return out


def run(command, environment=None, options=(), limit_s=300):
    """Runs `command` under callgrind; returns its output file's text."""
    with tempfile.TemporaryDirectory(prefix="unstale-bench-") as folder:
        with open(profile(folder, command, environment, options, limit_s)) as file:
            return file.read()


def dumps(command, environment, options, limit_s=600):
    """For a program that dumps by name (CALLGRIND_DUMP_STATS_AT): {name: instructions}."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="unstale-bench-") as folder:
        profile(folder, command, environment, options, limit_s)
        for name in os.listdir(folder):
            with open(os.path.join(folder, name)) as file:
                text = file.read()
            asked = re.search(r"^desc: Trigger: Client Request: (.*)$", text, re.MULTILINE)
            if asked:
                found[asked.group(1)] = total(text)
    return found


def total(text):
    return int(re.search(r"^(?:summary|totals): (\d+)", text, re.MULTILINE).group(1))


def inclusive(text, pattern):
    """Instructions spent in functions whose name matches and in what they call, counted at the
    calls from functions whose name does not."""
    names, spent = {}, 0
    inside, called = False, False
    for line in text.splitlines():
        match = re.match(r"(c?)fn=\((\d+)\)(?: (.*))?$", line)
        if match:
            callee, number, name = match.groups()
            if name:
                names[number] = bool(re.match(pattern, name))
            if callee:
                called = names[number] and not inside
            else:
                inside = names[number]
        elif called and line[:2] == "0x":
            spent += int(line.split()[-1])
            called = False
    return spent


def own_costs(text, library):
    """The lines of cost of a library's own functions, without those of the calls that they make."""
    objects, inside, called = {}, False, False
    for line in text.splitlines():
        match = re.match(r"(c?)ob=\((\d+)\)(?: (.*))?$", line)
        if match:
            callee, number, name = match.groups()
            if name:
                objects[number] = os.path.basename(name) == library
            if not callee:
                inside = objects[number]
        elif line.startswith("calls="):
            called = True
        elif re.match(r"[0-9+*-]", line):
            if inside and not called:
                yield line
            called = False


def within(text, library):
    """Instructions of a library's own functions, without what they call elsewhere."""
    return sum(int(line.split()[-1]) for line in own_costs(text, library))


def calls_of(text, function):
    """How often `function` was called. Its name ends at a quote (recursion) or an @ (version)."""
    names, called, times = {}, False, 0
    for line in text.splitlines():
        match = re.match(r"c?fn=\((\d+)\)(?: (.*))?$", line)
        if match:
            number, name = match.groups()
            if name:
                names[number] = re.split("['@]", name)[0] == function
            called = line[0] == "c" and names[number]
        elif called and line.startswith("calls="):
            times += int(line[6:].split()[0])
            called = False
    return times


def executed(text, library, addresses):
    """How often the instructions at these addresses of the library ran (--dump-instr=yes)."""
    return sum(int(line.split()[-1]) for line in own_costs(text, library)
               if line.startswith("0x") and int(line.split()[0], 16) in addresses)


def per_call(program, operation, port, environment=None, measure=total, limit_s=120):
    """What `measure` finds in the profile of one call: N against 10 N calls. A tuple of measures
    gives a tuple."""
    few, many = (run([program, operation, str(count), port], environment,
                     ["--collect-atstart=no", "--dump-instr=yes", "--compress-pos=no"], limit_s)
                 for count in (FEW, MANY))
    measures = measure if isinstance(measure, tuple) else (measure,)
    found = tuple((one(many) - one(few)) / (MANY - FEW) for one in measures)
    return found if isinstance(measure, tuple) else found[0]
