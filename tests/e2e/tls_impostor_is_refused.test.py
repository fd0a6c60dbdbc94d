#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Whoever answers a reconnected TLS connection instead of the true server gets not one byte of the
request, and the program an error: whether it lets OpenSSL verify, verifies by hand after its first
handshake or not at all, on blocking and non-blocking sockets, with a session to be resumed and without."""
import harness
import impostors

ACCEPTED = {
    "the true server": impostors.VERIFIES,
    "renewed": ("context",),    # the program's own settings have verified it; by hand nobody does
}

demands = harness.Demands()
for each, said, server, log in impostors.Cast().meet_all():
    role, verifies, _, session, _ = each
    what = ", ".join(each) + ": "
    accepted = verifies in ACCEPTED.get(role, ())
    wanted = "answered" if accepted else "silence" if role == "silence" else "error"
    if role == "the true server" and session == "resumes":
        wanted = "answered, resumed"
    demands.equal(what + "the program was told", said, wanted)
    if not accepted:
        demands.equal(what + "connections to the impostor", server.met, 1)
        demands.equal(what + "what it saw of the request", server.stolen, b"")
        demands.equal(what + "refused in the log", log.count("action=refused"), role != "silence")
demands.finish()
