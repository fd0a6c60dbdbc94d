# SPDX-License-Identifier: MIT
"""Runs one command with a time limit, and ends whatever it leaves behind.

adopt_orphans() makes this process the parent of every descendant that loses its own, so leftovers
are our children and are ended by their pid; nothing is ever ended by name.
"""
import ctypes
import os
import signal
import subprocess
import time

PR_SET_CHILD_SUBREAPER = 36
NICENESS = 10
NOBODY = 65534
TIME_LIMIT = "time limit"


def adopt_orphans():
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _children():
    with open("/proc/self/task/%d/children" % os.getpid(), encoding="ascii") as file:
        return [int(pid) for pid in file.read().split()]


def _end_leftovers():
    """Ending one process may hand its children to us, so until there are none."""
    for _ in range(200):
        leftovers = _children()
        if not leftovers:
            return
        for pid in leftovers:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)


def _prepare_child():
    """Signals as a terminal leaves them: a shell ignores SIGINT in what it starts in the background."""
    os.nice(NICENESS)
    for number in (signal.SIGPIPE, signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def as_nobody(folder):
    """The words before a command that refuses to run as root; `folder` becomes its own."""
    if os.getuid() != 0:
        return []
    os.chown(folder, NOBODY, NOBODY)
    return ["setpriv", "--reuid=%d" % NOBODY, "--regid=%d" % NOBODY, "--clear-groups"]


def _word(status):
    return "signal %d" % -status if status < 0 else "exit %d" % status


def _wait(child, log, limit_s, silence_s):
    """The status; None when the time is up, or nothing was printed for `silence_s`."""
    began = spoke = time.monotonic()
    size = 0
    while True:
        try:
            return child.wait(0.5)
        except subprocess.TimeoutExpired:
            now = time.monotonic()
        if os.path.getsize(log) != size:
            size, spoke = os.path.getsize(log), now
        if now - began > limit_s or now - spoke > silence_s:
            return None


def run_limited(command, folder, environment, limit_s, log, silence_s=300):
    """How the command ended, in words. Its output goes to the file `log`."""
    with open(log, "wb") as output:
        child = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                 stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
                                 preexec_fn=_prepare_child)
        status = _wait(child, log, limit_s, silence_s)
        if status is None:
            child.kill()
            child.wait()
    _end_leftovers()
    return TIME_LIMIT if status is None else _word(status)


def must(command, folder, log, limit_s=3600):
    """A step of a preparation: an error carries the end of its output."""
    with open(log, "ab") as output:
        output.write(("\n+ %s  # %s\n" % (" ".join(command), time.ctime())).encode())
        output.flush()
        done = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=output,
                              stderr=subprocess.STDOUT, timeout=limit_s, check=False,
                              preexec_fn=_prepare_child)
    if done.returncode != 0:
        with open(log, errors="replace", encoding="utf-8") as file:
            tail = "".join(file.readlines()[-20:])
        raise RuntimeError("%s failed:\n%s" % (" ".join(command), tail))
