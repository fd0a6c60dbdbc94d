#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""Without any setting, and without a hint, the server's timeout is learned from its closes: a program
that never looks at its connections loses no more requests, and keeps reusing them."""
import learned

learned.run(parked=False)
