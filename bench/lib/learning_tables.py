# SPDX-License-Identifier: MIT
"""The tables of docs/learning.md. A row is a dictionary; a table is put between its two marks."""
import concurrent.futures
import functools
import math
import os
import re
import tempfile

import harness
import learning
import ledger
import results
import real_servers

PAGE = os.path.join(harness.REPO, "docs", "learning.md")
REQUESTS = int(os.environ.get("LEARNING_REQUESTS", "10000"))
TIMEOUTS_S = (0.3, 0.5, 1, 2, 5)
RTTS_MS = (0, 40)
AT_ONCE = 4
REQUESTS_A_SECOND = 150
LIMIT_S = 1800
ROW_KEY = 4     # the columns of the table of timeouts that say which row it is
MEAN_REST = (1 + math.log(32)) / 8     # of T: see clients/many_resting.py


def measured(phases, parked, shim, rtt_s=0, hint=False):
    """One run. Under the shim also what was learned in the end."""
    with tempfile.TemporaryDirectory(prefix="unstale-") as folder:
        environment = harness.bare_environment()
        if shim:
            environment = harness.shim_environment({"UNSTALE_LEDGER": folder})
        connections = round(REQUESTS_A_SECOND * MEAN_REST * phases[0][0])
        report = learning.run(environment, phases, rtt_s, hint, parked, connections, LIMIT_S)
        peers = ledger.read([folder], lambda path, reason: print(path, reason))
    return {"client": "waits" if parked else "never looks", "rtt_ms": round(rtt_s * 1000),
            "hint": hint, "shim": shim, "learned_ms": peers[0].timeout_ms if peers else None,
            **report}


def in_parallel(jobs, at_once, show):
    """The rows of the jobs, in their order; each is shown when it is there."""
    def work(job):
        row = job()
        show(row)
        return row
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(work, jobs))


def timeout_row(timeout, hint, rtt_s, parked):
    bare, cured = (measured([(timeout, REQUESTS)], parked, shim, rtt_s, hint)
                   for shim in (False, True))
    return {"timeout": timeout, "bare": bare, "cured": cured}


def run_timeouts(show, options):
    return in_parallel([functools.partial(timeout_row, timeout, hint, rtt_ms / 1000, parked)
                        for timeout in options.timeouts for hint in (False, True)
                        for rtt_ms in options.rtts for parked in (False, True)], AT_ONCE, show)


def run_changes(show, _):
    phases = [(5, REQUESTS), (2, REQUESTS), (5, REQUESTS)]
    return in_parallel([functools.partial(measured, phases, parked, shim)
                        for parked in (False, True) for shim in (False, True)], 4, show)


def server_row(name, start):
    return {"server": name, **real_servers.learned_of(start)}


def run_servers(show, _):
    return in_parallel([functools.partial(server_row, name, start)
                        for name, start in real_servers.SERVERS.items()], 2, show)


def timeouts_lines(rows):
    for row in rows:
        bare, cured = row["bare"], row["cured"]
        learned = cured["learned_ms"] / 1000
        yield [f"{row['timeout']:g}", "yes" if cured["hint"] else "no", str(cured["rtt_ms"]), cured["client"],
               bare["lost"], cured["lost"], cured["lost_after_20_closes"], f"{learned:.2f}",
               f"{100 * (learned / row['timeout'] - 1):+.1f} %",
               f"{cured['opened'] / cured['oracle_opened']:.2f}"]


def timeouts_table(lines):
    head = ["T, s", "Keep-Alive header", "round trip, ms", "program", "lost bare", "lost from a cold start",
            "... after 20 closes", "K learned, s", "off by", "opened / by one who knows T"]
    return results.table(head, lines)


def with_new_lines(body, lines):
    """The table of the page with these lines in the place of those that stand for the same, and the
    machine of both named in front of it."""
    new = {tuple(line[:ROW_KEY]): line for line in lines}
    machines, _, table = body.strip().partition("\n\n| T")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in table.splitlines()[2:]]
    if len(rows) == len(new):
        return results.machine([]), list(new.values())
    what = ", ".join(dict.fromkeys(f"T = {line[0]} s with {line[2]} ms" for line in lines))
    return (f"{machines}\n\n{what}: {results.machine([])}",
            [new.get(tuple(row[:ROW_KEY]), row) for row in rows])


def changes_table(rows):
    head = ["program", "", "lost at T = 5 s", "then at 2 s", "then at 5 s again",
            "opened / by one who knows T", "K in the end, s"]
    lines = [[row["client"], "unstale" if row["shim"] else "bare",
              *(phase["lost"] for phase in row["phases"]),
              f"{row['opened'] / row['oracle_opened']:.2f}",
              f"{row['learned_ms'] / 1000:.2f}" if row["shim"] else ""] for row in rows]
    return results.table(head, lines)


def servers_table(rows):
    head = ["server", "its setting", "hint it sends", "K learned, s", "limit, s", "lost bare", "lost with unstale"]
    lines = [[row["server"], row["setting"], row["hint"] or "none", f"{row['learned_ms'] / 1000:.2f}",
              f"{row['limit_ms'] / 1000:.2f}", row["lost_bare"], row["lost"]] for row in rows]
    return results.table(head, lines)


TABLES = {"timeouts": run_timeouts, "changes": run_changes, "servers": run_servers}
WRITERS = {"changes": changes_table, "servers": servers_table}


def section(name, rows, before):
    if name == "timeouts":
        machine, lines = with_new_lines(before, list(timeouts_lines(rows)))
        return f"{machine}\n\n{timeouts_table(lines)}"
    return f"{results.machine([])}\n\n{WRITERS[name](rows)}"


def write(name, rows):
    with open(PAGE) as file:
        page = file.read()
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    pattern = re.escape(begin) + "(.*?)" + re.escape(end)
    page = re.sub(pattern, lambda found: f"{begin}{section(name, rows, found.group(1))}{end}", page,
                  flags=re.S)
    with open(PAGE, "w") as file:
        file.write(page)
