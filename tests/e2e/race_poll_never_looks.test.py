#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A non-blocking C client that never looks before reuse loses no request in the race, and sends
none twice."""
import race

race.run(race.compiled("poll_never_looks"))
