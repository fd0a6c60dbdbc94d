#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""The same for an event loop that waits on its resting connections: they are evicted in time."""
import learned

learned.run(parked=True)
