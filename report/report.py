#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What unstale saw, in words, from ledgers: unstale report, and the end of unstale observe.

    report.py [--json] FILE_OR_FOLDER...
                                    prints a report
    report.py [--json] --run PROGRAM ...
                                    runs the program with $UNSTALE_PRELOAD loaded, which keeps its
                                    ledgers in $UNSTALE_LEDGER or a folder for this run only, and
                                    then prints the report to standard error
"""
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import ledger  # noqa: E402
import summary  # noqa: E402

FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
BAR = 40


def time_text(ms):
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 120000:
        return f"{ms / 1000:.3g} s"
    return f"{ms / 60000:.3g} min"


def plural(count, what):
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def histogram(rows):
    most = max((row["count"] for row in rows), default=1)
    for row in rows:
        bar = "#" * max(1, round(BAR * row["count"] / most)) if row["count"] else ""
        yield f"      from {time_text(row['from_ms']):>8} {row['count']:7}  {bar}"


def closes_text(closes, who):
    if not closes["count"]:
        return f"{who} never"
    return (f"{who} {plural(closes['count'], 'time')}, first at {time_text(closes['first_ms'])}, "
            f"half of them by {time_text(closes['median_ms'])}")


def learned_text(peer):
    if not peer["timeout_ms"]:
        return "unknown: no close and no hint was seen"
    hint = f"; its own hint is {time_text(peer['hint_ms'])}" if peer["hint_ms"] else ""
    return f"{time_text(peer['timeout_ms'])}{hint}; limit {time_text(peer['limit_ms'])}"


def decisions_text(peer, verdicts):
    return ", ".join(f"{one['verdict']} {one['count']} ({one['reason']})"
                     for one in peer["decisions"] if one["verdict"] in verdicts) or "none"


def title(peer):
    port = peer["address"].rpartition(":")[2]
    names = ", ".join(f"{name}:{port}" for name in peer["names"])
    return f"{names} at {peer['address']}" if names else peer["address"]


def advice(peer):
    """The lines for preload.ini, or why there are none."""
    lines = []
    for rule in peer["preload_ini"]:
        lines += [f"[{rule['section']}]", f"idle = {rule['idle']}"]
    return lines or ["nothing to set"]


def describe(peer):
    yield f"{title(peer)}  ({', '.join(peer['programs'])})"
    yield (f"    {plural(peer['connected'], 'connection')}, "
           f"{plural(peer['exchanged'], 'exchange')}, {100 * peer['reused_share']:.0f} % of them on a "
           "connection that was used before")
    reused = sum(row["count"] for row in peer["idle_before_reuse"])
    yield f"    used again after 20 ms of idle or more: {plural(reused, 'time')}"
    yield from histogram(peer["idle_before_reuse"])
    yield "    who closed an idle connection: " + "; ".join(
        (closes_text(peer["closed_by_peer"], "the peer"),
         closes_text(peer["closed_by_program"], "the program")))
    yield f"    the peer's timeout: {learned_text(peer)}"
    yield f"    {plural(peer['in_danger'], 'request')} in danger, {peer['lost']} lost after idle time"
    yield (f"    {'unstale would have done' if peer['action'] == 'observe' else 'repairs'}: "
           + decisions_text(peer, ("reconnect", "evict", "reset")))
    yield f"    left alone: {decisions_text(peer, ('pass',))}"
    first, *more = advice(peer)
    yield f"    for preload.ini: {first}"
    yield from (f"                     {line}" for line in more)


def show(peers, as_json, out):
    if as_json:
        print(json.dumps({"peers": peers}), file=out)
        return
    if not peers:
        print("unstale: no connection was seen", file=out)
    for peer in peers:
        print("\n".join(describe(peer)), file=out)


def report(paths, as_json, out):
    """Returns the exit status: 1 when something that it was given is no ledger."""
    complaints = []

    def complain(path, reason):
        complaints.append(path)
        print(f"unstale: {path}: {reason}", file=sys.stderr)

    show(summary.of(ledger.read(paths, complain)), as_json, out)
    return 1 if complaints else 0


@contextlib.contextmanager
def ledger_folder():
    if os.environ.get("UNSTALE_LEDGER"):
        yield os.environ["UNSTALE_LEDGER"]
        return
    with tempfile.TemporaryDirectory(prefix="unstale-") as folder:
        yield folder


def run(folder, as_json, command):
    """The program's own exit status; 128 and the number for a signal, as shells have it."""
    environment = {**os.environ, "LD_PRELOAD": os.environ["UNSTALE_PRELOAD"],
                   "UNSTALE_LEDGER": folder}
    del environment["UNSTALE_PRELOAD"]
    try:
        process = subprocess.Popen(command, env=environment)
    except OSError as reason:
        print(f"unstale: {command[0]}: {reason.strerror}", file=sys.stderr)
        return 127 if isinstance(reason, FileNotFoundError) else 126
    for number in FORWARDED:
        signal.signal(number, lambda got, _: process.send_signal(got))
    for number in (signal.SIGINT, signal.SIGQUIT):  # the terminal tells the program itself
        signal.signal(number, lambda *_: None)
    status = process.wait()
    report([folder], as_json, sys.stderr)
    return status if status >= 0 else 128 - status


def main():
    words = sys.argv[1:]
    as_json = words[:1] == ["--json"]
    words = words[as_json:]
    if words[:1] == ["--run"]:
        with ledger_folder() as folder:
            return run(folder, as_json, words[1:])
    return report(words, as_json, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
