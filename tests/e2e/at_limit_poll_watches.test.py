#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A client parked in poll() loses nothing when it writes in the very moment of its eviction."""
import race

race.run(race.compiled("poll_watches"), race.AT_LIMIT)
