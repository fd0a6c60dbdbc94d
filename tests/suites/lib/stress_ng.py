# SPDX-License-Identifier: MIT
"""stress-ng's stressors of sockets, descriptors, waits and processes. Each is a part of one test; its
outcome is the exit status, which --verify makes stress-ng's own checks count in. They run as nobody:
some refuse to run as root.
"""
from .compare import WHOLE
from .process import as_nobody, run_limited
from .sources import installed_version

NAME = "stress-ng"
LIMIT_S = 60
JOBS = 1  # the stressors of one kind share a port
SECONDS = "2"
STRESSORS = """
sock sockabuse sockdiag sockfd sockmany sockpair udp udp-flood
epoll poll close dup fork vfork daemon exec spawn clone
sendfile splice tee vm-splice pipe pipeherd sigio sigpipe sigfd eventfd timerfd kill
dynlib msg pthread pidfd
""".split()
VARIANTS = {
    "sock-ipv6": ["--sock", "1", "--sock-domain", "ipv6"],
    "sock-unix": ["--sock", "1", "--sock-domain", "unix"],
    "sock-sendmsg": ["--sock", "1", "--sock-opts", "sendmsg"],
    "sock-sendmmsg": ["--sock", "1", "--sock-opts", "sendmmsg"],
    "sock-random": ["--sock", "1", "--sock-opts", "random"],
    "sock-nodelay": ["--sock", "2", "--sock-nodelay"],
    "sock-zerocopy": ["--sock", "1", "--sock-zerocopy"],
}


def prepare(_):
    return installed_version("stress-ng")


def parts():
    return STRESSORS + sorted(VARIANTS)


def run(part, folder, environment, only, log):
    del only
    arguments = VARIANTS.get(part, ["--" + part, "1"])
    command = [*as_nobody(folder), "stress-ng", *arguments, "--timeout", SECONDS, "--verify", "--metrics-brief",
               "--temp-path", folder]
    ended = run_limited(command, folder, environment, LIMIT_S, log)
    return {part: ended, WHOLE: ended}
