# SPDX-License-Identifier: MIT
"""Reads ledgers: the layout of shim/record/ledger.h, version 2."""
import ipaddress
import os
import struct
from dataclasses import dataclass, field

VERSION = 2
HEAD = struct.Struct("=8sIIIIQQII64s")
PLACE = struct.Struct("=16sIHHIIIIII")
COUNTS = ("connected", "exchanged", "reused", "reconnected", "reconnect-failed", "evicted", "reset")
VERDICTS = ("pass", "reconnect", "evict", "reset")
REASONS = ("peer-closed", "limit", "lifetime", "evicted", "outlived", "not-stale", "in-exchange",
           "not-quiet", "half-closed", "bound", "unseen-bytes", "protocol", "soft-limit",
           "not-watched", "watched", "awaited", "shared", "other-thread", "action", "suspended",
           "peer-says-so")
ACTIONS = ("", "auto", "reconnect", "evict", "observe", "off")
AGES = ("reused", "peer_closed", "closed", "lost")
COUNTS_ROOM, VERDICTS_ROOM, REASONS_ROOM, BINS = 16, 4, 32, 96
NAMES_ROOM, NAME_BYTES = 4, 128
SUFFIX = ".ledger"


class NotALedger(Exception):
    """With the reason, as words."""


@dataclass
class Peer:
    name: str
    timeout_ms: int = 0
    hint_ms: int = 0
    limit_ms: int = 0
    firm_ms: int = 0
    action: str = ""
    counts: dict = field(default_factory=dict)
    decisions: dict = field(default_factory=dict)   # (verdict, reason): how often
    ages: dict = field(default_factory=dict)        # name: [how often, by bin]
    programs: set = field(default_factory=set)
    names: list = field(default_factory=list)       # that the program resolved to the address

    def add(self, other):
        """What another process says of the same peer. Of limits the lowest holds."""
        for name, value in other.counts.items():
            self.counts[name] = self.counts.get(name, 0) + value
        for what, value in other.decisions.items():
            self.decisions[what] = self.decisions.get(what, 0) + value
        for name, bins in other.ages.items():
            mine = self.ages.get(name, [0] * BINS)
            self.ages[name] = [a + b for a, b in zip(mine, bins)]
        for name in ("timeout_ms", "hint_ms", "limit_ms", "firm_ms"):
            known = [value for value in (getattr(self, name), getattr(other, name)) if value]
            setattr(self, name, min(known, default=0))
        self.action = self.action or other.action
        self.programs |= other.programs
        self.names += [name for name in other.names if name not in self.names]


def bin_begins_ms(number):
    doublings, quarter = divmod(number, 4)
    return max(1, (4 + quarter) * 2 ** doublings / 4)


def address_name(raw, port):
    address = ipaddress.IPv6Address(raw)
    if not port:
        return "all other peers"
    if address.ipv4_mapped:
        return f"{address.ipv4_mapped}:{port}"
    return f"[{address}]:{port}"


def parse_peer(data, at, program):
    raw, _, port, _, timeout, hint, limit, firm, action, _ = PLACE.unpack_from(data, at)
    at += PLACE.size
    counts = struct.unpack_from(f"={COUNTS_ROOM}Q", data, at)
    at += 8 * COUNTS_ROOM
    decisions = struct.unpack_from(f"={VERDICTS_ROOM * REASONS_ROOM}Q", data, at)
    at += 8 * VERDICTS_ROOM * REASONS_ROOM
    bins = struct.unpack_from(f"={len(AGES) * BINS}I", data, at)
    at += 4 * len(AGES) * BINS + 8 * NAMES_ROOM
    names = struct.unpack_from("=" + f"{NAME_BYTES}s" * NAMES_ROOM, data, at)
    return Peer(
        address_name(raw, port), timeout, hint, limit, firm,
        ACTIONS[action] if action < len(ACTIONS) else "",
        dict(zip(COUNTS, counts)),
        {(verdict, reason): decisions[v * REASONS_ROOM + r]
         for v, verdict in enumerate(VERDICTS) for r, reason in enumerate(REASONS)
         if decisions[v * REASONS_ROOM + r]},
        {name: list(bins[i * BINS:(i + 1) * BINS]) for i, name in enumerate(AGES)},
        {program},
        [name.split(b"\0")[0].decode("ascii", "replace") for name in names if name[0]])


def read_file(path):
    """The peers of one ledger. NotALedger, or OSError."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < HEAD.size or not data.startswith(b"unstale\0"):
        raise NotALedger("is no ledger")
    _, version, head_bytes, peer_bytes, _, _, _, used, _, program = HEAD.unpack_from(data)
    if version != VERSION:
        raise NotALedger(f"is a ledger of version {version}; this program reads version {VERSION}")
    if len(data) < head_bytes + used * peer_bytes:
        raise NotALedger("is cut off")
    program = program.split(b"\0")[0].decode(errors="replace")
    peers = [parse_peer(data, head_bytes + i * peer_bytes, program) for i in range(used)]
    return [peer for peer in peers if any(peer.counts.values())]


def files_of(paths):
    for path in paths:
        if os.path.isdir(path):
            yield from sorted(os.path.join(path, name) for name in os.listdir(path)
                              if name.endswith(SUFFIX))
        else:
            yield path


def read(paths, complain):
    """All peers of all ledgers, those of one name put together; files that are none go to
    complain(path, reason)."""
    peers = {}
    for path in files_of(paths):
        try:
            found = read_file(path)
        except (NotALedger, OSError) as reason:
            complain(path, getattr(reason, "strerror", None) or str(reason))
            continue
        for peer in found:
            if peer.name in peers:
                peers[peer.name].add(peer)
            else:
                peers[peer.name] = peer
    return sorted(peers.values(), key=lambda peer: -peer.counts["exchanged"])
