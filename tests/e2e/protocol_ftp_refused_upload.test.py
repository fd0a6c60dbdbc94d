#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A server that refuses an upload by FTP closes the data connection before its first byte and says
why on the control connection. The program must be told that, not of a data connection opened anew.
"""
import ftplib
import io

import protocols
import slow_ftp
from protocols import pause

REFUSAL = "552 Exceeded storage allocation."


def refuse(handler, file, mode="w"):
    handler.respond("125 Data connection already open. Transfer starting.")
    # Not at once: a connection that is closed before it was accepted is reset, bare too.
    handler.ioloop.call_later(0.2, lambda: handler.data_channel.close())
    handler.ioloop.call_later(2 * protocols.PAUSE_S, handler.respond, REFUSAL)


def serve(port):
    slow_ftp.SlowHandler.ftp_STOR = refuse
    slow_ftp.serve(port)


class LateFile(io.BytesIO):
    """Its first byte comes when the data connection has long been closed."""

    def read(self, count=-1):
        if not self.tell():
            pause()
        return super().read(count)


def upload(port):
    client = slow_ftp.log_in(port, True)
    try:
        client.storbinary("STOR refused", LateFile(b"text\n"))
    except ftplib.Error as refusal:
        print(refusal)
    print(client.pwd())


protocols.hold(protocols.own_server(serve), programs=[upload])
