# SPDX-License-Identifier: MIT
"""For traps that need more than a program: a library of their own, another preload, other variables.

The demand is the driver's: bare, off, auto and harshest end with status 0 and write the same. A
library's source is lib/NAME.c; it is built into build/tests/trap/lib.
"""
import fcntl
import importlib.machinery
import importlib.util
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def _load_driver():
    loader = importlib.machinery.SourceFileLoader("driver", os.path.join(HERE, "driver"))
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader("driver", loader))
    loader.exec_module(module)
    return module


sys.dont_write_bytecode = True
driver = _load_driver()
OUT = os.path.join(driver.REPO, "build", "tests", "trap")
LIBRARY = driver.LIBRARY
LIMIT_S = 30


def program(name):
    """The path of the compiled trap tests/trap/NAME.c."""
    subprocess.run([os.path.join(HERE, "build.sh"), name], check=True)
    return os.path.join(OUT, name)


def compiled(target, sources, *flags, compiler="gcc"):
    """Compiles if a source is newer; flags are words. Returns the target's path."""
    target = os.path.join(OUT, "lib", target)
    sources = [os.path.join(HERE, source) for source in sources]
    inputs = [*sources, os.path.join(HERE, "trap.h")]
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(os.path.join(OUT, "lib", ".lock"), "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.path.exists(target) or any(
                os.path.getmtime(path) > os.path.getmtime(target) for path in inputs):
            subprocess.run([compiler, "-D_GNU_SOURCE", "-O1", "-g", "-Wall", "-Wextra", "-pthread",
                            f"-I{HERE}", "-o", target, *sources, *flags], check=True)
    return target


def library(name, *flags, sources=()):
    return compiled(f"{name}.so", [f"lib/{name}.c", *sources], "-shared", "-fPIC", *flags)


def skip(why):
    print(f"skipped: {why}")
    sys.exit(0)


def environment(mode, variables=None, before=(), after=()):
    """The mode's, with preloads before and after the shim, and variables."""
    kept = {name: value for name, value in os.environ.items()
            if name == "UNSTALE_LOG" or not name.startswith(("UNSTALE_", "LD_"))}
    result = {**kept, **driver.MODES[mode], "TRAP_MODE": mode, **(variables or {})}
    ours = [result["LD_PRELOAD"]] if "LD_PRELOAD" in result else []
    preloads = [*before, *ours, *after]
    if preloads:
        result["LD_PRELOAD"] = ":".join(preloads)
    return result


def run(command, mode, limit_s=LIMIT_S, **options):
    """Returns (status, output, errors)."""
    try:
        done = subprocess.run(command, env=environment(mode, **options), stdin=subprocess.DEVNULL,
                              capture_output=True, timeout=limit_s, check=False)
    except subprocess.TimeoutExpired as expired:
        return f"over its limit of {limit_s} s", expired.stdout or b"", expired.stderr or b""
    return done.returncode, done.stdout, done.stderr


def same_in_all_modes(what, command, modes=tuple(driver.MODES), **options):
    """True if every mode ends well and writes the same; otherwise says what was wrong."""
    results = {mode: run(command, mode, **options) for mode in modes}
    outputs = {result[1] for result in results.values()}
    good = len(outputs) == 1 and all(result[0] == 0 for result in results.values())
    if not good:
        for mode, (status, out, err) in results.items():
            print(f"{what}, {mode}: status {status}")
            sys.stdout.write((out + err).decode(errors="replace"))
    return good


def demand(*results):
    """Ends the test."""
    sys.exit(0 if all(results) else 1)
