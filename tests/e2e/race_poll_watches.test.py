#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A C client parked in poll() on its idle connection loses no request in the race, and sends none
twice."""
import race

race.run(race.compiled("poll_watches"))
