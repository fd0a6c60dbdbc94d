# SPDX-License-Identifier: MIT
"""An FTP server (pyftpdlib) that is slow to answer 150, and a session with it by ftplib.

The data connection is open and silent until the answer comes, and cannot be opened a second time.
"""
import ftplib
import logging

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer

import harness
import protocols
from protocols import pause


class SlowHandler(FTPHandler):
    """Carries a transfer out after a silence; the data connection stands by then."""

    def ftp_STOR(self, file, mode="w"):
        self.ioloop.call_later(protocols.PAUSE_S, super().ftp_STOR, file, mode)

    def ftp_RETR(self, file):
        self.ioloop.call_later(protocols.PAUSE_S, super().ftp_RETR, file)


def serve(port):
    logging.disable()
    authorizer = DummyAuthorizer()
    authorizer.add_user("me", "secret", harness.temporary_folder(), perm="elrw")
    SlowHandler.authorizer = authorizer
    FTPServer(("127.0.0.1", port), SlowHandler).serve_forever()


def log_in(port, passive):
    client = ftplib.FTP()
    client.connect("127.0.0.1", port)
    pause()
    client.login("me", "secret")
    client.set_pasv(passive)
    return client


def transfer(client, name, source):
    print(client.storbinary(f"STOR {name}", source))
    pause()
    pieces = []
    print(client.retrbinary(f"RETR {name}", pieces.append), b"".join(pieces))
    pause()
