#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""IMAP: who has logged in, the chosen mailbox and IDLE belong to the connection. imaplib is silent
at each of these points with dovecot, and hears during IDLE of a mail that another session brings.
"""
import imaplib
import os
import subprocess

import harness
import protocols
import sessions
from protocols import pause

MAIL = b"Subject: hello\r\n\r\ntext\r\n"


def log_in(port, user):
    client = imaplib.IMAP4("127.0.0.1", port)
    pause()
    client.login(user, "secret")
    return client


def deliver(port):
    """A mail that another session brings, to the user that the environment names."""
    log_in(port, os.environ["RECIPIENT"]).append("INBOX", None, None, MAIL)


def deliver_in_background(user):
    subprocess.run(protocols.this_file(deliver, os.environ["SERVER"]), check=True,
                   env={**harness.bare_environment(), "RECIPIENT": user})


def session(port):
    """The same mailbox, after silences of a second and of the time that IDLE takes."""
    client = log_in(port, f"user{port}")
    pause()
    print(client.append("INBOX", None, None, MAIL)[0], client.select())
    pause()
    print(client.fetch("1", "(BODY[TEXT])"))
    for _ in range(2):
        print(idle(client, f"user{port}"))
        pause()
    print(client.fetch("1:*", "(FLAGS)"))
    print(client.logout()[0])


def idle(client, user):
    """RFC 2177; imaplib has no command for it."""
    client.send(b"IDLE1 IDLE\r\n")
    lines = [client.readline()]
    pause()
    deliver_in_background(user)
    lines.append(client.readline())
    lines.append(client.readline())
    pause()
    client.send(b"DONE\r\n")
    while not lines[-1].startswith(b"IDLE1"):
        lines.append(client.readline())
    return lines[:2]


protocols.hold(sessions.dovecot, programs=[session])
