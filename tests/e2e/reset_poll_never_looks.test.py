#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A non-blocking C client that never looks loses nothing, without any setting, when the server has
reset while idle."""
import race

race.run(race.compiled("poll_never_looks"), race.RESET)
