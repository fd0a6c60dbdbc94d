#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""SMTPS: greeting, sender and recipients are one conversation across silences, with smtplib (OpenSSL)
and with Node, in whose TLS nothing can be read. The server issues no tickets, so that its greeting
is all that comes before the first command."""
import asyncio
import smtplib

import aiosmtpd.smtp

import protocols
import tls
from protocols import pause


class Handler:
    async def handle_DATA(self, server, session, envelope):
        return f"250 {envelope.mail_from} {envelope.rcpt_tos} {len(envelope.content)}"


async def serve_for_ever(port):
    context = tls.server_context()
    context.num_tickets = 0
    server = await asyncio.get_running_loop().create_server(
        lambda: aiosmtpd.smtp.SMTP(Handler(), hostname="mail.internal.example"), "127.0.0.1", port,
        ssl=context)
    await server.serve_forever()


def serve(port):
    asyncio.run(serve_for_ever(port))


def smtps(port):
    client = smtplib.SMTP_SSL("127.0.0.1", port, context=tls.client_context())
    pause()
    print(client.ehlo("a.client.with.a.long.name.example"))
    for _ in range(2):
        pause()
        print(client.mail("me@test"), client.rcpt("you@test"))
        pause()
        print(client.data(b"Subject: hello\r\n\r\ntext\r\n"))
    print(client.quit())


LONG_LINES = [f"{line}\\r\\n" for line in (
    "EHLO a.client.with.a.long.name.example", "MAIL FROM:<someone.with.a.long.name@test>",
    "RCPT TO:<someone.else.with.a.long.name@test>", "RSET", "NOOP")]

tls.shared_authority()
protocols.hold(protocols.own_server(serve), {"node": tls.node_talk(LONG_LINES)}, [smtps])
