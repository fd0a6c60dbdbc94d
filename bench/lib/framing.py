# SPDX-License-Identifier: MIT
"""What it costs to follow a body: instructions for each call and byte, and the CPU of 1 GiB (issue 4)."""
import os
import re

import callgrind
import pairs
import results
import servers
import tools

TITLE = "Bodies"
PACKAGES = ["curl", "libcurl4", "nginx", "valgrind"]
PAIRS = 5
MIB = 1 << 20
WHOLE = 1024 * MIB
FEW, MANY = 8 * MIB, 40 * MIB    # the difference of two transfers is that of their bodies alone
GOAL = 0.01
# nginx throws an upload away, and without these two gives up after 30 s of that.
SERVER = """server {{ listen 127.0.0.1:{port}; root {files}; client_max_body_size 0;
    lingering_time 10m; lingering_timeout 10m; location /up {{ return 200 ok; }} }}"""
CHUNKED = ["-H", "Transfer-Encoding: chunked"]


def download(port, _folder, count):
    return [f"http://127.0.0.1:{port}/{count}"]


def upload(port, folder, count):
    return ["-H", "Expect:", "-T", os.path.join(folder, str(count)), f"http://127.0.0.1:{port}/up"]


def chunked_upload(port, folder, count):
    return [*CHUNKED, *upload(port, folder, count)]


TRANSFERS = {"download": (download, "recv"), "upload": (upload, "send"),
             "upload, chunked": (chunked_upload, "send")}


def curl(words):
    return [*tools.need("curl"), "-q", "-s", "-S", "-o", "/dev/null", *words]


def difference(measure, make, port, folder, environment):
    """What `measure` finds for a body of MANY - FEW bytes."""
    few, many = (measure(callgrind.run(curl(make(port, folder, count)), environment))
                 for count in (FEW, MANY))
    return many - few


def hertz():
    with open("/proc/cpuinfo") as file:
        found = re.search(r"^cpu MHz\s*: ([\d.]+)", file.read(), re.MULTILINE)
    if not found:
        raise tools.Missing("/proc/cpuinfo does not tell the clock of the CPU")
    return 1e6 * float(found.group(1))


def row(name, port, folder):
    make, call = TRANSFERS[name]
    place = make, port, folder
    # Counted bare, as the doors have the names of what they call.
    calls = difference(lambda text: callgrind.calls_of(text, call), *place, {})
    bare = difference(callgrind.total, *place, {})
    added = difference(lambda text: callgrind.within(text, os.path.basename(tools.LIBRARY)),
                       *place, tools.under())
    count = MANY - FEW
    added_s = added * WHOLE / count / hertz()

    def run(environment):
        return [pairs.timed(curl(make(port, folder, WHOLE)), environment)[1]]
    [cpu] = pairs.measure(run, tools.under(), PAIRS)
    share = added_s / cpu.bare
    return [name, f"{count / calls:,.0f}", f"{bare / calls:,.0f}", f"+{added / calls:,.0f}",
            f"{added / count:.4f}", f"{cpu.bare:.2f} s",
            f"{100 * share:.2f} %" + (" **MISS**" if share > GOAL else ""), cpu.spread()]


def run():
    with servers.folder("www-data") as folder:
        for count in (FEW, MANY, WHOLE):
            with open(os.path.join(folder, str(count)), "wb") as file:
                file.truncate(count)
        with servers.nginx(SERVER, files=folder) as (port, _):
            rows = [row(name, port, folder) for name in TRANSFERS]
    return f"""\
curl and nginx; a body of a length that is known, or in chunks. Instructions by callgrind: the
difference of bodies of {FEW // MIB} and {MANY // MIB} MiB; unstale's are those inside the library,
the doors of the waits included. The kernel, which moves the bytes, is not in them. CPU is user and
system time of curl for 1 GiB, the median of {PAIRS}. The share is unstale's, at one instruction for
each cycle of {hertz() / 1e9:.2f} GHz, of that; goal: less than {100 * GOAL:.0f} %. The ratio is
measured, of {PAIRS} pairs, with their middle half, and as coarse as the machine was busy.

{results.table(["body", "bytes a call", "instructions a call, bare", "unstale's",
                "unstale's per byte", "CPU of 1 GiB", "share", "ratio"], rows)}"""
