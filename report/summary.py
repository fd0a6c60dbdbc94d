# SPDX-License-Identifier: MIT
"""What a ledger comes to, peer by peer, as plain dictionaries: what report.py tells in words, and what
`--json` gives out as it is. Times are milliseconds; None stands for what is not known."""
import ledger

ALL_OTHERS = "all other peers"


def setting_text(ms):
    """As preload.ini has it, rounded down."""
    if ms < 1000:
        return f"{int(ms)}ms"
    return f"{int(ms / 100) / 10:g}s"


def by_octave(bins):
    """How many lie in each doubling, without the empty ones at both ends."""
    sums = [{"from_ms": ledger.bin_begins_ms(i), "count": sum(bins[i:i + 4])}
            for i in range(0, len(bins), 4)]
    filled = [i for i, row in enumerate(sums) if row["count"]]
    return sums[filled[0]:filled[-1] + 1] if filled else []


def quantile(bins, share):
    """The age below which that share lies, as the end of its bin; None without any."""
    total, seen = sum(bins), 0
    for number, count in enumerate(bins):
        seen += count
        if count and seen >= share * total:
            return ledger.bin_begins_ms(number + 1)
    return None


def closes(bins):
    first = next((number for number, count in enumerate(bins) if count), None)
    return {"count": sum(bins),
            "first_ms": None if first is None else ledger.bin_begins_ms(first),
            "median_ms": quantile(bins, 0.5)}


def decisions(peer):
    return [{"verdict": verdict, "reason": reason, "count": count}
            for (verdict, reason), count in sorted(peer.decisions.items())
            if reason != "not-stale"]


def in_danger(peer):
    return sum(count for (verdict, _), count in peer.decisions.items()
               if verdict in ("reconnect", "reset"))


def sections(peer):
    """What preload.ini calls the peer: by its names where there are any."""
    port = peer.name.rpartition(":")[2]
    return [f"peer {name}:{port}" for name in peer.names] or [f"peer {peer.name}"]


def limits(peers):
    """The lowest limit that was learned for each section: a name may have several addresses."""
    lowest = {}
    for peer in peers:
        if peer.timeout_ms and peer.limit_ms and peer.name != ALL_OTHERS:
            for section in sections(peer):
                lowest[section] = min(peer.limit_ms, lowest.get(section, peer.limit_ms))
    return lowest


def of_peer(peer, lowest):
    counts = peer.counts
    return {
        "address": peer.name,
        "names": list(peer.names),
        "programs": sorted(peer.programs),
        "action": peer.action or None,
        **{name.replace("-", "_"): count for name, count in counts.items()},
        "reused_share": counts["reused"] / counts["exchanged"] if counts["exchanged"] else 0,
        "idle_before_reuse": by_octave(peer.ages["reused"]),
        "closed_by_peer": closes(peer.ages["peer_closed"]),
        "closed_by_program": closes(peer.ages["closed"]),
        "timeout_ms": peer.timeout_ms or None,
        "hint_ms": peer.hint_ms or None,
        "limit_ms": peer.limit_ms or None,
        "eviction_limit_ms": peer.firm_ms or None,
        "in_danger": in_danger(peer),
        "lost": sum(peer.ages["lost"]),
        "decisions": decisions(peer),
        "preload_ini": [{"section": section, "idle": setting_text(lowest[section])}
                        for section in sections(peer) if section in lowest],
    }


def of(peers):
    lowest = limits(peers)
    return [of_peer(peer, lowest) for peer in peers]
