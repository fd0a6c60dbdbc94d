# SPDX-License-Identifier: MIT
"""For servers that end with their standard input, so that they cannot outlive the test that holds its
other end."""
import asyncio
import sys


class _End(asyncio.Protocol):
    def __init__(self, event):
        self.event = event

    def connection_lost(self, _):
        self.event.set()


async def set_at_end_of_input(event):
    """Returns at once; the event is set when the other end is closed."""
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: _End(event), sys.stdin)
