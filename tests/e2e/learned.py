# SPDX-License-Identifier: MIT
"""The short form of bench/learning: one timeout, with a round trip, bare and under the shim."""
import os
import sys

import harness
import learning

sys.path.insert(0, os.path.join(harness.REPO, "report"))
sys.dont_write_bytecode = True
import ledger  # noqa: E402

TIMEOUT_S = 0.5
REQUESTS = 2500
RTT_S = 0.04
CONNECTIONS = 150
LOST_MOST = 3   # before the first closes have been seen, and by what a busy machine does


def learned_ms(folder):
    """What the process with the most exchanges has learned of its peer."""
    def complain(path, reason):
        sys.exit(f"{path}: {reason}")
    return ledger.read([folder], complain)[0].timeout_ms


def run(parked):
    folder = harness.temporary_folder()
    demands = harness.Demands()
    phases = [(TIMEOUT_S, REQUESTS)]
    bare = learning.run(harness.bare_environment(), phases, RTT_S, False, parked, CONNECTIONS)
    cured = learning.run(harness.shim_environment({"UNSTALE_LEDGER": folder}), phases, RTT_S,
                         False, parked, CONNECTIONS)
    demands.more_than("requests lost bare", bare["lost"], 3 * LOST_MOST)
    demands.more_than("less than that under the shim", LOST_MOST + 1, cured["lost"])
    demands.more_than("the timeout as learned, ms", learned_ms(folder), TIMEOUT_S * 900)
    demands.more_than("120 % of the timeout", TIMEOUT_S * 1200, learned_ms(folder))
    demands.more_than("1.5 times the connections of one who knows", 1.5 * cured["oracle_opened"],
                      cured["opened"])
    demands.finish(f"bare: {bare}", f"cured: {cured}")
