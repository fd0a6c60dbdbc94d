# SPDX-License-Identifier: MIT
"""What the tests of repeated Redis sessions share: a server with a password and a user, the rule
`protocol = redis`, and a run of a function of the test file under the shim."""
import contextlib
import os
import subprocess
import sys
import tempfile

import harness
import services

PASSWORD, USER, USER_PASSWORD = "sesame", "clerk", "drawer"
RULE = "protocol = redis"
PROGRAM_LIMIT_S = 30


@contextlib.contextmanager
def server(**settings):
    """Yields (port, the administrator's connection) of a Redis that asks for a password."""
    import redis    # here, so that a program that does without is not slowed down by it
    with services.redis() as port:
        admin = redis.Redis(port=port)
        admin.acl_setuser(USER, enabled=True, passwords=[f"+{USER_PASSWORD}"], keys="*",
                          commands=["+@all"])
        admin.config_set("requirepass", PASSWORD)
        for name, value in settings.items():
            admin.config_set(name, value)
        yield port, redis.Redis(port=port, password=PASSWORD)


def shimmed(log, *lines):
    """The shim with the rule, and these lines of settings."""
    file = tempfile.NamedTemporaryFile("w", dir=harness.temporary_folder(), suffix=".ini",
                                       delete=False)
    with file:
        file.write("\n".join(["[default]", RULE, *lines, ""]))
    return harness.shim_environment({"UNSTALE_CONFIG": file.name, "UNSTALE_LOG": log})


def this_file(*words):
    return [harness.PYTHON, os.path.abspath(sys.argv[0]), "program", *map(str, words)]


class Talk:
    """A program under the shim that says a line when it is ready, and goes on when it gets one."""

    def __init__(self, command, *lines, shim=True):
        handle, self.log = tempfile.mkstemp(dir=harness.temporary_folder(), suffix=".log")
        os.close(handle)
        environment = shimmed(self.log, *lines) if shim else harness.bare_environment()
        self.process = subprocess.Popen(list(map(str, command)), text=True, env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
        self.process.stdout.readline()

    def finish(self):
        try:
            return self.process.communicate("\n", PROGRAM_LIMIT_S)[0]
        finally:
            self.process.kill()
            self.process.wait()


class Run:
    """A program under the shim, its output and the repairs that were logged."""

    def __init__(self, command, *lines, shim=True, typed=None):
        handle, log = tempfile.mkstemp(dir=harness.temporary_folder(), suffix=".log")
        os.close(handle)
        environment = shimmed(log, *lines) if shim else harness.bare_environment()
        done = subprocess.run(list(map(str, command)), text=True, input=typed, env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                              timeout=PROGRAM_LIMIT_S)
        self.output = done.stdout
        with open(log, encoding="ascii") as file:
            self.repairs = [line.split("action=")[1].strip() for line in file]


def fields_of(client_info):
    """The line of CLIENT INFO as name -> value."""
    return dict(word.split("=", 1) for word in client_info.split())
