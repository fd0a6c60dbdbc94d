# SPDX-License-Identifier: MIT
"""The traps under a tool that looks for errors in the shim: TRAP_SANITIZER is asan, tsan or valgrind.

asan: the shim is built with AddressSanitizer and UBSan, and their runtime is preloaded before it.
tsan: the shim and the trap are built with ThreadSanitizer. valgrind: the shim as it is installed.
tests/trap/sanitize builds and runs. `not_sanitized` names the traps that a tool cannot run, and why.
"""
import os
import subprocess

HERE = os.path.dirname(os.path.realpath(__file__))
NAME = os.environ.get("TRAP_SANITIZER", "")
TRAPS = "trap-tsan" if NAME == "tsan" else "trap"
COMMAND = ["valgrind", "-q", "--error-exitcode=99", "--exit-on-first-error=yes"] \
    if NAME == "valgrind" else []
ENVIRONMENT = {
    "asan": {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "halt_on_error=1"},
    "tsan": {"TSAN_OPTIONS": "exitcode=66:halt_on_error=1:die_after_fork=0"},
}.get(NAME, {})


def preload(library):
    """The value of LD_PRELOAD that puts the tool's runtime before the library."""
    if NAME not in ("asan", "tsan"):
        return library
    found = subprocess.run(["gcc", f"-print-file-name=lib{NAME}.so"], check=True,
                           capture_output=True, text=True).stdout.strip()
    return f"{os.path.realpath(found)}:{library}"


def exclusion(trap):
    """Why the tool cannot run the trap; None: it can."""
    with open(os.path.join(HERE, "not_sanitized"), encoding="utf-8") as file:
        for line in file:
            tool, name, *why = line.split()
            if tool == NAME and name == trap:
                return " ".join(why)
    return None
