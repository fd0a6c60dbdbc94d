#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""IMAPS: the login, the chosen mailbox and IDLE are as they were after each silence with dovecot, in
imaplib (OpenSSL) and in Node, in whose TLS nothing can be read."""
import imaplib
import os
import subprocess

import harness
import protocols
import sessions
import tls
from protocols import pause

MAIL = b"Subject: hello\r\n\r\ntext\r\n"
LONG_LINES = [f"{line}\\r\\n" for line in (
    "a1 LOGIN someone.with.a.long.name@example.org secret", "a2 SELECT INBOX", "a3 NOOP",
    "a4 STATUS INBOX (MESSAGES UIDNEXT UNSEEN)", "a5 IDLE")]


def log_in(port, user):
    client = imaplib.IMAP4_SSL("127.0.0.1", port, ssl_context=tls.client_context())
    pause()
    client.login(user, "secret")
    return client


def deliver(port):
    """A mail that another session brings, to the user that the environment names."""
    log_in(port, os.environ["RECIPIENT"]).append("INBOX", None, None, MAIL)


def imaps(port):
    client = log_in(port, f"user{port}")
    pause()
    print(client.append("INBOX", None, None, MAIL)[0], client.select())
    pause()
    client.send(b"IDLE1 IDLE\r\n")
    print(client.readline())
    subprocess.run(protocols.this_file(deliver, os.environ["SERVER"]), check=True,
                   env={**harness.bare_environment(), "RECIPIENT": f"user{port}"})
    print(client.readline())
    pause()
    client.send(b"DONE\r\n")
    while not client.readline().startswith(b"IDLE1"):
        pass
    print(client.fetch("1:*", "(FLAGS)"))


authority = tls.shared_authority()
protocols.hold(lambda: sessions.dovecot(authority), {"node": tls.node_talk(LONG_LINES)}, [imaps])
