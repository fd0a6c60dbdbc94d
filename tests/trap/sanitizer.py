# SPDX-License-Identifier: MIT
"""The traps under a tool that looks for errors in the shim: TRAP_SANITIZER is asan, tsan or valgrind.

asan: the shim is built with AddressSanitizer and UBSan, and their runtime is preloaded before it.
tsan: the shim and the trap are built with ThreadSanitizer; what it says of the trap itself (some close
a descriptor that another thread uses, on purpose) does not count. valgrind: the shim as it is installed.
tests/trap/sanitize builds and runs. `not_sanitized` names the traps that a tool cannot run, and why.
"""
import os
import subprocess

HERE = os.path.dirname(os.path.realpath(__file__))
NAME = os.environ.get("TRAP_SANITIZER", "")
TRAPS = "trap-tsan" if NAME == "tsan" else "trap"
COMMAND = ["valgrind", "-q", "--error-exitcode=99", "--exit-on-first-error=yes",
           f"--suppressions={HERE}/valgrind_suppressions"] \
    if NAME == "valgrind" else []
MODES = ("bare", "auto", "harshest") if NAME else ()
ENVIRONMENT = {
    "asan": {"ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "halt_on_error=1"},
    "tsan": {"TSAN_OPTIONS": f"exitcode=0:die_after_fork=0:suppressions={HERE}/tsan_suppressions"},
}.get(NAME, {})


def preload(library):
    """The value of LD_PRELOAD that puts the tool's runtime before the library."""
    if NAME not in ("asan", "tsan"):
        return library
    found = subprocess.run(["gcc", f"-print-file-name=lib{NAME}.so"], check=True,
                           capture_output=True, text=True).stdout.strip()
    return f"{os.path.realpath(found)}:{library}"


def accuses(errors):
    """True when what the program wrote to stderr holds a finding in the shim."""
    return any(f"{HERE}/" not in line for line in errors.splitlines()
               if line.startswith("SUMMARY: ThreadSanitizer"))


def exclusion(trap):
    """Why the tool cannot run the trap; None: it can."""
    with open(os.path.join(HERE, "not_sanitized"), encoding="utf-8") as file:
        for line in file:
            tool, name, *why = line.split()
            if tool == NAME and name == trap:
                return " ".join(why)
    return None
