# SPDX-License-Identifier: MIT
"""Instructions per call, beside other libraries that are preloaded (issue 5, item 1 and 7)."""
import os
import subprocess
import tempfile

import callgrind
import results
import servers
import tools

TITLE = "Instructions per call"
PACKAGES = ["valgrind", "libssl3", "nginx-light", "libkeepalive0", "libsocket-wrapper", "torsocks",
            "libproxychains4", "libfaketime", "trickle"]

# (operation of calls.c, goal over no preload, what it is)
CALLS = [
    ("write-untracked", 8, "write, nothing was ever tracked"),
    ("read-untracked", 8, "read, nothing was ever tracked"),
    ("close-untracked", 8, "close, nothing was ever tracked"),
    ("write-other", 8, "write, not a connection of ours"),
    ("read-other", 8, "read, not ours"),
    ("close-other", 8, "close, not ours"),
    ("write-within", 25, "write inside a request's body"),
    ("write-chunk", None, "write of a request's next chunk, of 64 bytes"),
    ("write-large-chunk", None, "the same, a chunk of 65,524 bytes, as curl has them"),
    ("write-four-chunks", None, "the same, four chunks of 64 bytes at once"),
    ("write-opening", 60, "write that opens an exchange (GET, 33 bytes)"),
    ("read-response", 40, "read of a whole response (38 bytes)"),
    ("read-body", 40, "read inside a response's body"),
    ("read-nothing", 40, "read that finds nothing (EAGAIN)"),
    ("sendto-opening", 60, "sendto that opens an exchange"),
    ("writev-opening", 60, "writev that opens an exchange"),
    ("sendmsg-opening", 60, "sendmsg that opens an exchange"),
    ("recvfrom-response", 40, "recvfrom of a whole response"),
    ("readv-response", 40, "readv of a whole response"),
    ("recvmsg-response", 40, "recvmsg of a whole response"),
    ("passed-write", 25, "write, a protocol that is not followed"),
    ("passed-sendmsg", 25, "sendmsg, a protocol that is not followed"),
    ("passed-read", 40, "read, a protocol that is not followed"),
    ("passed-recvmsg", 40, "recvmsg, a protocol that is not followed"),
    ("poll-untracked", 30, "poll of 1 descriptor, nothing was ever tracked"),
    ("poll-other", 30, "poll of 1 descriptor that is not ours"),
    ("poll-ready", 30, "poll of 1 connection in an exchange"),
    ("poll-ready-timeout", 30, "the same with a timeout"),
    ("poll-threads", 30, "poll of 1 connection in an exchange, in a program with threads"),
    ("poll-threads-timeout", 30, "the same with a timeout"),
    ("poll-resting", 30, "poll(0) of a resting connection"),
    ("epoll-untracked", 15, "epoll_wait, nothing was ever tracked"),
    ("epoll-other", 15, "epoll_wait, no deadline is pending"),
    ("epoll-ready", 15, "epoll_wait, a connection in an exchange"),
    ("epoll-ready-timeout", 15, "the same with a timeout"),
    ("epoll-threads", 15, "epoll_wait, a connection in an exchange, in a program with threads"),
    ("epoll-threads-timeout", 15, "the same with a timeout"),
    ("epoll-resting", 15, "epoll_wait(0), a resting connection is watched"),
    ("change", 40, "epoll_ctl(MOD), a connection in an exchange"),
    ("change-resting", 40, "epoll_ctl(MOD), a resting connection"),
    ("change-other", 40, "epoll_ctl(MOD), not ours"),
    ("add", 80, "epoll_ctl(DEL) and epoll_ctl(ADD), a connection"),
    ("add-other", 80, "epoll_ctl(DEL) and epoll_ctl(ADD), not ours"),
    ("connect", None, "connect"),
    ("close", None, "close of a connection"),
    ("round-trip", None, "send, recv: one exchange"),
]
# The same of tls_calls.c.
SECURED_CALLS = [
    ("write-opening", "SSL_write that opens an exchange (GET, 31 bytes)"),
    ("read-response", "SSL_read of nginx' whole response (149 bytes)"),
    ("round-trip", "both: one exchange"),
]
# What is framing, by the names of the functions that are its doors; what they call counts too.
FRAMING = r"((sent|received|reset)_http1|http1_(sent|received|reset|resume)|plain_http1_(sent|received))$"
MEASURES = (callgrind.total, lambda text: callgrind.inclusive(text, FRAMING),
            lambda text: callgrind.calls_of(text, "clock_gettime"))
CLOCK_SEEN = 10     # instructions of libc's clock_gettime() before it enters the vDSO
SETTINGS = [("auto", {}), ("idle = 30s", {"IDLE": "30s"}), ("off", {"ACTION": "off"})]


def libraries(folder):
    """Other preloads: {name: environment}, set so that a connection to 127.0.0.1 stays direct."""
    place = "/usr/lib/" + subprocess.run(["gcc", "-print-multiarch"], capture_output=True,
                                         text=True).stdout.strip()
    proxychains = os.path.join(folder, "proxychains.conf")
    with open(proxychains, "w") as file:
        file.write("strict_chain\nquiet_mode\nlocalnet 127.0.0.0/255.0.0.0\n"
                   "[ProxyList]\nsocks5 127.0.0.1 9\n")
    torsocks = os.path.join(folder, "torsocks.conf")
    with open(torsocks, "w") as file:
        file.write("AllowOutboundLocalhost 1\n")
    trickle = {"DOWNLOAD_LIMIT": "1000000", "UPLOAD_LIMIT": "1000000", "WINDOW_SIZE": "512",
               "VERBOSE": "0", "LATENCY": "10", "TSMOOTH": "3.0", "LSMOOTH": "20",
               "ARGV": "calls", "SOCKNAME": os.path.join(folder, "none")}
    every = {
        "libkeepalive": ("/usr/lib/libkeepalive.so", {}),
        "socket_wrapper": (f"{place}/libsocket_wrapper.so", {"SOCKET_WRAPPER_DIR": folder}),
        "torsocks": (f"{place}/torsocks/libtorsocks.so", {"TORSOCKS_CONF_FILE": torsocks}),
        "proxychains4": (f"{place}/libproxychains.so.4", {"PROXYCHAINS_CONF_FILE": proxychains}),
        "libfaketime": (f"{place}/faketime/libfaketime.so.1", {"FAKETIME": "+0"}),
        "trickle": (f"{place}/trickle/trickle-overload.so",
                    {"TRICKLE_" + name: value for name, value in trickle.items()}),
    }
    return {name: {"LD_PRELOAD": library, **more} for name, (library, more) in every.items()
            if os.path.exists(library)}


class Cost:
    """One call over no preload, as callgrind saw it, and what it cannot see."""

    def __init__(self, counted, framing, clocks):
        self.counted, self.framing, self.clocks = counted, framing, clocks

    def shown(self):
        return f"+{self.counted:.0f}"

    def over(self, goal, vdso):
        """How far it is from its goal, without framing and with the clock."""
        return self.counted - self.framing + self.clocks * vdso - goal


def cost(program, operation, environment, port, bare=0, limit_s=120):
    """None: the program does not run under this preload."""
    try:
        counted, framing, clocks = callgrind.per_call(program, operation, port, environment,
                                                      MEASURES, limit_s)
    except (callgrind.Failed, subprocess.TimeoutExpired):
        return None
    return Cost(counted - bare, framing, clocks)


def costs(program, environment, port, bare, limit_s=120):
    return {name: cost(program, name, environment, port, bare[name].counted if bare else 0,
                       limit_s) for name, _, _ in CALLS}


def secured_program():
    return tools.compiled("tls_calls", "-lssl", "-lcrypto")


def secured_costs(settings):
    """(name of the call, what it is, bare, {name of the settings: Cost}) for each of SECURED_CALLS."""
    with servers.secured_origin() as (port, _):
        for name, what in SECURED_CALLS:
            bare = cost(secured_program(), name, {}, str(port))
            yield name, what, bare.counted, {
                title: cost(secured_program(), name, tools.under(setting), str(port), bare.counted)
                for title, setting in settings}


def vdso_part():
    """Instructions of a clock reading that callgrind does not see."""
    shim = os.path.join(tools.REPO, "shim")
    program = tools.compiled("steps", "-I" + shim, os.path.join(shim, "base", "clock.c"),
                             also=[os.path.join(shim, "base", "clock.h")])
    text = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return dict(line.split() for line in text.splitlines())


def measure_all(program, folder):
    others = {}
    with tools.peer() as port:
        bare = costs(program, {}, port, None)
        ours = {name: costs(program, tools.under(settings), port, bare)
                for name, settings in SETTINGS}
        for name, environment in libraries(folder).items():
            if name != "socket_wrapper":
                others[name] = costs(program, environment, port, bare, 30)
    wrapper = libraries(folder).get("socket_wrapper")
    if wrapper:     # both ends must be under it
        with tools.peer(environment=wrapper) as port:
            others["socket_wrapper"] = costs(program, wrapper, port, bare, 30)
    return bare, ours, others


def verdict(goal, found, vdso):
    if goal is None:
        return ""
    over = found.over(goal, vdso)
    return f"+{goal}" if over < 1 else f"+{goal} **MISS by {over:.0f}**"


def our_table(bare, ours, vdso):
    auto, idle, off = (ours[name] for name, _ in SETTINGS)
    rows = [[what, f"{bare[name].counted:.0f}", auto[name].shown(), f"{auto[name].framing:.0f}",
             f"{auto[name].clocks:.0f}", verdict(goal, auto[name], vdso), idle[name].shown(),
             f"{idle[name].clocks:.0f}", off[name].shown()] for name, goal, what in CALLS]
    return results.table(["call", "bare", "auto", "of it framing", "clock readings", "goal (auto)",
                          "idle = 30s", "clock readings", "off"], rows)


def secured_table():
    rows = [[what, f"{bare:,.0f}", ours["auto"].shown(), f"{ours['auto'].framing:.0f}",
             f"{ours['auto'].clocks:.0f}", f"{ours['auto'].counted / bare:.1%}",
             ours["idle = 30s"].shown(), ours["off"].shown()]
            for _, what, bare, ours in secured_costs(SETTINGS)]
    return results.table(["call", "bare", "auto", "of it framing", "clock readings", "auto to bare",
                          "idle = 30s", "off"], rows)


def other_table(ours, others):
    names = sorted(others)
    rows = [[what, ours["auto"][name].shown(),
             *(others[other][name].shown() if others[other][name] else "n/a" for other in names)]
            for name, _, what in CALLS]
    return results.table(["over no preload", "unstale, auto", *names], rows)


def run():
    tools.need("valgrind")
    clock = vdso_part()
    with tempfile.TemporaryDirectory(prefix="unstale-bench-") as folder:
        bare, ours, others = measure_all(tools.compiled("calls"), folder)
    if ours["auto"]["round-trip"].counted == ours["off"]["round-trip"].counted:
        raise tools.Missing("the library does nothing here, so there is nothing to measure")
    return f"""\
`valgrind --tool=callgrind --collect-atstart=no`, only the call itself: {callgrind.FEW} and
{callgrind.MANY} calls, the difference divided. The kernel is not in it, nor the vDSO, which
valgrind hides: unstale's reading of the coarse clock takes {clock['coarse']} instructions in all, of the
exact one {clock['exact']} (counted in single steps); callgrind sees {CLOCK_SEEN} of them. The goal
is for all that is not framing (the parser and its callbacks), the clock counted in full.

{our_table(bare, ours, int(clock['coarse']) - CLOCK_SEEN)}
The same over TLS 1.3 by OpenSSL 3, whose own instructions are most of what it takes bare; what it writes
and reads by the doors of libc is counted in.

{secured_table()}
The same beside other libraries that are preloaded. They follow no traffic. n/a: the program did
not run under it, or not to its end in 30 s.

{other_table(ours, others)}"""
