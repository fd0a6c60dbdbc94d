#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""FTP with a server that takes its time before it answers 150: ftplib and curl, up and down,
passive and active, with silence before the first byte, in the middle, and on the control connection
meanwhile."""
import io

import protocols
from protocols import pause
from slow_ftp import log_in, serve, transfer

TEXT = b"text of a file\n"


class SlowFile(io.BytesIO):
    def read(self, count=-1):
        if self.tell():
            pause()
        return super().read(4)


def passive(port):
    client = log_in(port, True)
    transfer(client, f"passive{port}", io.BytesIO(TEXT))
    transfer(client, f"slow{port}", SlowFile(TEXT))
    print(client.quit())


def active(port):
    client = log_in(port, False)
    transfer(client, f"active{port}", io.BytesIO(TEXT))
    print(client.quit())


CURL = """
url=ftp://me:secret@127.0.0.1:{port}
exec curl -sS --rate 120/m -T - $url/curl{port} --next -sS $url/curl{port}
"""

protocols.hold(protocols.own_server(serve),
               {"curl": protocols.command("sh", "-c", CURL, lines=["one", "two", "three"])},
               [passive, active])
