# SPDX-License-Identifier: MIT
"""What the fault server saw, counted by the server itself, so that no client is believed.

"served" is a request that was answered; "lost" one that was read completely and not answered, which
is what the crossing of a FIN and a request does; "broken" one that made no sense or ended in the
middle, which a client that is repaired too late would send. A request with an id is counted per id
too, so that one that came twice (a duplicate) shows even when the client noticed nothing.
"""
from collections import Counter


class Counts:
    def __init__(self):
        self.connections = 0
        self.open = 0
        self.served = 0
        self.lost = 0
        self.broken = 0
        self.idle_closes = 0
        self.served_by_id = Counter()
        self.lost_by_id = Counter()

    def note_served(self, request):
        self.served += 1
        if request.id is not None:
            self.served_by_id[request.id] += 1

    def note_lost(self, request):
        self.lost += 1
        if request.id is not None:
            self.lost_by_id[request.id] += 1

    def as_dict(self):
        """requests: all that were read; lost_for_good: ids that were lost and never served."""
        served = self.served_by_id
        return {
            "connections": self.connections,
            "open": self.open,
            "idle_closes": self.idle_closes,
            "requests": self.served + self.lost,
            "served": self.served,
            "lost": self.lost,
            "broken": self.broken,
            "served_once": sum(1 for times in served.values() if times == 1),
            "served_twice_or_more": sum(1 for times in served.values() if times > 1),
            "lost_for_good": sum(1 for name in self.lost_by_id if name not in served),
            "ids": {name: {"served": served[name], "lost": self.lost_by_id[name]}
                    for name in {**served, **self.lost_by_id}},
        }
