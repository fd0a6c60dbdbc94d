#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Shows the results of the race tests (the file that E2E_RESULTS named) as a Markdown table.

Usage: table.py FILE. When a client was measured more than once, the last run counts.
"""
import json
import sys

COLUMNS = ("fault", "client", "method", "reuses", "lost bare", "lost with", "duplicates with",
           "connections bare", "connections with", "median ms bare", "median ms with")


def rows(lines):
    runs = {}
    for line in lines:
        result = json.loads(line)
        key = (result["fault"], result["client"], result["method"])
        runs.setdefault(key, {})[result["shim"]] = result
    for key, run in sorted(runs.items()):
        bare, cured = run.get(False), run.get(True)
        yield (*key, (bare or cured)["reuses"],
               value(bare, "lost"), value(cured, "lost"), value(cured, "duplicates"),
               value(bare, "connections"), value(cured, "connections"),
               milliseconds(bare), milliseconds(cured))


def value(result, name):
    return result[name] if result else "-"


def milliseconds(result):
    return f"{result['median_latency_us'] / 1000:.1f}" if result else "-"


def print_row(cells):
    print("| " + " | ".join(str(cell) for cell in cells) + " |")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__.split("\n\n")[1])
    print_row(COLUMNS)
    print_row(["---"] * 3 + ["---:"] * (len(COLUMNS) - 3))
    with open(sys.argv[1]) as lines:
        for row in rows(lines):
            print_row(row)


if __name__ == "__main__":
    main()
