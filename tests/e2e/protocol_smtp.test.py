#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SMTP: greeting, sender, recipients and the text of a mail are one conversation with aiosmtpd.
smtplib is silent between its commands, inside DATA, and after STARTTLS; swaks while the server is
slow."""
import asyncio
import smtplib

import aiosmtpd.smtp

import protocols
import tls
from protocols import pause


class Handler:
    """Remembers nothing: its answer says what it got."""

    async def handle_RCPT(self, server, session, envelope, address, options):
        await asyncio.sleep(protocols.PAUSE_S)
        envelope.rcpt_tos.append(address)
        return "250 recipient taken"

    async def handle_DATA(self, server, session, envelope):
        await asyncio.sleep(protocols.PAUSE_S)
        return f"250 {envelope.mail_from} {envelope.rcpt_tos} {len(envelope.content)}"


async def serve_for_ever(port):
    server = await asyncio.get_running_loop().create_server(
        lambda: aiosmtpd.smtp.SMTP(Handler(), hostname="test", tls_context=tls.server_context()),
        "127.0.0.1", port)
    await server.serve_forever()


def serve(port):
    asyncio.run(serve_for_ever(port))


def mail(client):
    print(client.ehlo("me")[0])
    for recipients in (["a@test"], ["b@test", "c@test"]):
        pause()
        print(client.mail("me@test"))
        for recipient in recipients:
            pause()
            print(client.rcpt(recipient))
        pause()
        print(client.docmd("DATA"))
        client.send("Subject: slow\r\n\r\n")
        pause()
        client.send("text\r\n.\r\n")
        print(client.getreply())
    print(client.quit())


def plain(port):
    client = smtplib.SMTP("127.0.0.1", port)
    pause()
    mail(client)


def starttls(port):
    client = smtplib.SMTP("127.0.0.1", port)
    pause()
    client.starttls(context=tls.client_context())
    pause()
    mail(client)


SWAKS = ("swaks --server 127.0.0.1:{port} --from me@test --to a@test,b@test --ehlo me "
         "--header 'Date: now' --header 'Message-Id: <1@test>' --hide-informational | grep '^<- '")

tls.shared_authority()
protocols.hold(protocols.own_server(serve), {"swaks": protocols.command("sh", "-c", SWAKS)},
               [plain, starttls])
