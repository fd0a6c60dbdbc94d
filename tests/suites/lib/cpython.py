# SPDX-License-Identifier: MIT
"""CPython's own tests, from the package libpython3.11-testsuite. A part is one test file.

What needs the outside network is behind the resources `network` and `urlfetch`, which stay off.
A test that hangs is ended with its file, counts as hung, and the rest of the file runs again without
it. LEFT_OUT are patterns of tests that cannot end everywhere: a VSOCK connection to the own context
is not answered in some virtual machines.
"""
import os
import re
import xml.etree.ElementTree as ElementTree

from .compare import WHOLE
from .process import TIME_LIMIT, run_limited
from .sources import installed_version

NAME = "CPython"
PYTHON = "/usr/bin/python3.11"
JOBS = 4
LIMIT_S = 900
SILENCE_S = 45
HANGS_MOST = 5
LEFT_OUT = ["*VSOCK*"]
PARTS = """
test_asyncio test_multiprocessing_spawn test_socket test_ssl test_httplib test_signal
test_multiprocessing_fork test_httpservers test_urllib2_localnet test_urllib2 test_selectors
test_poll test_epoll test_select test_fork1 test_subprocess test_os test_posix test_socketserver
test_asyncore test_asynchat test_ftplib test_smtplib test_poplib test_imaplib test_telnetlib
test_xmlrpc test_docxmlrpc test_wsgiref test_robotparser test_logging test_thread test_threading
test_fcntl test_largefile test_file_eintr test_pty test_popen test_multiprocessing_forkserver
test_concurrent_futures
""".split()


def prepare(_):
    return installed_version("libpython3.11-testsuite")


def parts():
    return PARTS


def _outcome(case):
    kinds = [child.tag for child in case if child.tag in ("error", "failure", "skipped")]
    if case.get("result") == "skipped" or "skipped" in kinds:
        return "skipped"
    return "failed" if kinds else "passed"


def _read(path):
    """A test with subtests comes up more than once: then the worst counts."""
    outcomes = {}
    if os.path.exists(path):
        for case in ElementTree.parse(path).getroot().iter("testcase"):
            name, outcome = case.get("name"), _outcome(case)
            if outcomes.get(name) != "failed":
                outcomes[name] = outcome
    return outcomes


def _hanging(log):
    """The test that was begun last and has not ended."""
    with open(log, errors="replace", encoding="utf-8") as file:
        begun = re.findall(r"^\S+ \((test\.\S+)\)(?:\n.*)? \.\.\. (.*)$", file.read(), re.MULTILINE)
    ended = ("ok", "skipped", "FAIL", "ERROR", "expected")
    return begun[-1][0] if begun and not begun[-1][1].startswith(ended) else None


def _command(part, report, only, left_out):
    command = [PYTHON, "-m", "test", "-v", "--junit-xml", report,
               "-u", "all,-network,-urlfetch,-largefile,-extralargefile,-cpu,-audio,-gui"]
    for pattern in left_out:
        command += ["-i", pattern]
    for name in only:
        command += ["-m", name]
    return command + [part]


def run(part, folder, environment, only, log):
    report = os.path.join(folder, "report.xml")
    hung = []
    while True:
        ended = run_limited(_command(part, report, only, LEFT_OUT + hung), folder, environment,
                            LIMIT_S, log, SILENCE_S)
        name = _hanging(log) if ended == TIME_LIMIT else None
        if not name or len(hung) == HANGS_MOST:
            break
        hung.append(name)
        if set(only) == set(hung):
            break
    return {**_read(report), **{name: "hung" for name in hung}, WHOLE: ended}
