# SPDX-License-Identifier: MIT
"""Instructions per call, beside other libraries that are preloaded (issue 5, item 1 and 7)."""
import os
import subprocess
import tempfile

import callgrind
import results
import tools

TITLE = "Instructions per call"
PACKAGES = ["valgrind", "libkeepalive0", "libsocket-wrapper", "torsocks", "libproxychains4",
            "libfaketime", "trickle"]

# (operation of calls.c, budget over no preload, what it is, clock readings that a budget may hold)
CALLS = [
    ("write-untracked", 8, "write, not a connection of ours"),
    ("read-untracked", 8, "read, not ours"),
    ("close-untracked", 8, "close, not ours"),
    ("write-within", 25, "write inside a request's body"),
    ("write-opening", 60, "write that opens an exchange (GET, 33 bytes)"),
    ("read-response", 40, "read of a whole response (38 bytes)"),
    ("read-body", 40, "read inside a response's body"),
    ("read-nothing", 40, "read that finds nothing (EAGAIN)"),
    ("poll-untracked", 30, "poll of 1 descriptor, nothing was ever tracked"),
    ("poll-other", 30, "poll of 1 descriptor that is not ours"),
    ("poll-ready", 30, "poll of 1 connection in an exchange"),
    ("poll-ready-timeout", 30, "the same with a timeout"),
    ("poll-resting", 30, "poll(0) of a resting connection"),
    ("epoll-untracked", 15, "epoll_wait, nothing was ever tracked"),
    ("epoll-other", 15, "epoll_wait, no deadline is pending"),
    ("epoll-ready", 15, "epoll_wait, a connection in an exchange"),
    ("epoll-ready-timeout", 15, "the same with a timeout"),
    ("epoll-resting", 15, "epoll_wait(0), a resting connection is watched"),
    ("connect", None, "connect"),
    ("close", None, "close of a connection"),
    ("round-trip", None, "send, recv: one exchange"),
]
# What is framing, by the names of the functions that are its doors; what they call counts too.
FRAMING = r"((sent|received|reset)_http1|http1_(sent|received|reset))$"
MEASURES = (callgrind.total, lambda text: callgrind.inclusive(text, FRAMING))
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


def over_bare(program, environment, bare, where, limit_s):
    """{operation: (instructions over no preload, the part of it in the framing)}."""
    found = {}
    for operation, _, _ in CALLS:
        try:
            all_, part = callgrind.per_call(program, operation, where, environment, MEASURES,
                                            limit_s)
        except (callgrind.Failed, subprocess.TimeoutExpired):
            found[operation] = None
            continue
        found[operation] = (all_ - bare[operation][0] if bare else all_, part)
    return found


def measure_all(program, folder):
    with tools.peer() as where:
        bare = over_bare(program, {}, None, where, 120)
        ours = {name: over_bare(program, tools.under(settings), bare, where, 120)
                for name, settings in SETTINGS}
        others = {name: over_bare(program, environment, bare, where, 30)
                  for name, environment in libraries(folder).items() if name != "socket_wrapper"}
    wrapper = libraries(folder).get("socket_wrapper")
    if wrapper:     # both ends must be under it
        with tools.peer(environment=wrapper) as where:
            others["socket_wrapper"] = over_bare(program, wrapper, bare, where, 30)
    return bare, ours, others


def shown(cell):
    return "n/a" if cell is None else f"+{cell[0]:.0f}"


def verdict(budget, cell):
    """The budget is for what we do besides the framing."""
    if budget is None:
        return ""
    over = cell[0] - cell[1] - budget
    return f"+{budget}" if over < 1 else f"+{budget} **MISS by {over:.0f}**"


def our_table(bare, ours):
    rows = [[what, f"{bare[name][0]:.0f}", shown(ours["auto"][name]),
             f"{ours['auto'][name][1]:.0f}", shown(ours["idle = 30s"][name]),
             verdict(budget, ours["auto"][name]), shown(ours["off"][name])]
            for name, budget, what in CALLS]
    return results.table(["call", "bare", "auto", "of it framing", "idle = 30s", "budget without "
                          "framing (auto)", "off"], rows)


def other_table(ours, others):
    names = sorted(others)
    rows = [[what, shown(ours["auto"][name]), *(shown(others[other][name]) for other in names)]
            for name, _, what in CALLS]
    return results.table(["over no preload", "unstale, auto", *names], rows)


def run():
    tools.need("valgrind")
    clock = dict(line.split() for line in subprocess.run(
        [tools.compiled("steps")], capture_output=True, text=True, check=True).stdout.splitlines())
    with tempfile.TemporaryDirectory(prefix="unstale-bench-") as folder:
        bare, ours, others = measure_all(tools.compiled("calls"), folder)
    if ours["auto"]["round-trip"] == ours["off"]["round-trip"]:
        raise tools.Missing("the library does nothing here, so there is nothing to measure")
    return f"""\
`valgrind --tool=callgrind --collect-atstart=no`, only the call itself: {callgrind.FEW} and
{callgrind.MANY} calls, the difference divided. The kernel is not in it, nor the vDSO, which valgrind
hides: a reading of the coarse clock takes {clock['coarse']} instructions in all, of the exact one
{clock['exact']} (counted in single steps).

{our_table(bare, ours)}
The same beside other libraries that are preloaded. They follow no traffic; n/a: the program does not
run under it here.

{other_table(ours, others)}"""
