#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""What unstale saw, in words, from ledgers: unstale report, and the end of unstale observe.

    report.py FILE_OR_FOLDER...     prints a report
    report.py --run PROGRAM ...     runs the program with $UNSTALE_PRELOAD loaded, which keeps its
                                    ledgers in $UNSTALE_LEDGER or a folder for this run only, and
                                    then prints the report to standard error
"""
import contextlib
import os
import signal
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import ledger  # noqa: E402

FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
BAR = 40


def time_text(ms):
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 120000:
        return f"{ms / 1000:.3g} s"
    return f"{ms / 60000:.3g} min"


def setting_text(ms):
    """As preload.ini has it, rounded down."""
    if ms < 1000:
        return f"{int(ms)}ms"
    return f"{int(ms / 100) / 10:g}s"


def plural(count, what):
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def by_octave(bins):
    """[(begin in ms, count)] for each doubling, without the empty ones at both ends."""
    sums = [(ledger.bin_begins_ms(i), sum(bins[i:i + 4])) for i in range(0, len(bins), 4)]
    filled = [i for i, (_, count) in enumerate(sums) if count]
    return sums[filled[0]:filled[-1] + 1] if filled else []


def histogram(bins):
    rows = by_octave(bins)
    most = max((count for _, count in rows), default=1)
    for begin, count in rows:
        bar = "#" * max(1, round(BAR * count / most)) if count else ""
        yield f"      from {time_text(begin):>8} {count:7}  {bar}"


def quantile(bins, share):
    """The age below which that share lies, as the end of its bin; None without any."""
    total, seen = sum(bins), 0
    for number, count in enumerate(bins):
        seen += count
        if count and seen >= share * total:
            return ledger.bin_begins_ms(number + 1)
    return None


def closes_text(bins, who):
    total = sum(bins)
    if not total:
        return f"{who} never"
    first = next(number for number, count in enumerate(bins) if count)
    return (f"{who} {plural(total, 'time')}, first at {time_text(ledger.bin_begins_ms(first))}, "
            f"half of them by {time_text(quantile(bins, 0.5))}")


def learned_text(peer):
    if not peer.timeout_ms:
        return "unknown: no close and no hint was seen"
    hint = f"; its own hint is {time_text(peer.hint_ms)}" if peer.hint_ms else ""
    return f"{time_text(peer.timeout_ms)}{hint}; limit {time_text(peer.limit_ms)}"


def decisions_text(peer, verdicts):
    found = [(verdict, reason, count) for (verdict, reason), count in sorted(peer.decisions.items())
             if verdict in verdicts and reason != "not-stale"]
    return ", ".join(f"{verdict} {count} ({reason})" for verdict, reason, count in found) or "none"


def in_danger(peer):
    return sum(count for (verdict, _), count in peer.decisions.items()
               if verdict in ("reconnect", "reset"))


def advice(peer):
    """The lines for preload.ini, or why there are none."""
    if not peer.timeout_ms or not peer.limit_ms or peer.name == "all other peers":
        return ["nothing to set"]
    return [f"[peer {peer.name}]", f"idle = {setting_text(peer.limit_ms)}"]


def describe(peer):
    observed = peer.action == "observe"
    counts, reused = peer.counts, peer.ages["reused"]
    share = 100 * counts["reused"] / counts["exchanged"] if counts["exchanged"] else 0
    yield f"{peer.name}  ({', '.join(sorted(peer.programs))})"
    yield (f"    {plural(counts['connected'], 'connection')}, "
           f"{plural(counts['exchanged'], 'exchange')}, {share:.0f} % of them on a connection that "
           "was used before")
    yield f"    used again after 20 ms of idle or more: {plural(sum(reused), 'time')}"
    yield from histogram(reused)
    yield "    who closed an idle connection: " + "; ".join(
        (closes_text(peer.ages["peer_closed"], "the peer"),
         closes_text(peer.ages["closed"], "the program")))
    yield f"    the peer's timeout: {learned_text(peer)}"
    yield (f"    {plural(in_danger(peer), 'request')} in danger, "
           f"{sum(peer.ages['lost'])} lost after idle time")
    yield (f"    {'unstale would have done' if observed else 'repairs'}: "
           + decisions_text(peer, ("reconnect", "evict", "reset")))
    yield f"    left alone: {decisions_text(peer, ('pass',))}"
    first, *more = advice(peer)
    yield f"    for preload.ini: {first}"
    yield from (f"                     {line}" for line in more)


def report(paths, out):
    peers = ledger.read(paths, lambda path, reason: print(f"unstale: {path}: {reason}",
                                                          file=sys.stderr))
    if not peers:
        print("unstale: no connection was seen", file=out)
    for peer in peers:
        print("\n".join(describe(peer)), file=out)


@contextlib.contextmanager
def ledger_folder():
    if os.environ.get("UNSTALE_LEDGER"):
        yield os.environ["UNSTALE_LEDGER"]
        return
    with tempfile.TemporaryDirectory(prefix="unstale-") as folder:
        yield folder


def run(folder, command):
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
    report([folder], sys.stderr)
    return status if status >= 0 else 128 - status


def main():
    if sys.argv[1:2] == ["--run"]:
        with ledger_folder() as folder:
            return run(folder, sys.argv[2:])
    report(sys.argv[1:], sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
