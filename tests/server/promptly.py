# SPDX-License-Identifier: MIT
"""For servers whose timers are to be on time on a busy machine, where the rights allow it."""
import contextlib
import os


def promptly():
    """From now on this process goes before all others, unless it works more than it waits."""
    with contextlib.suppress(PermissionError):
        os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(1))
