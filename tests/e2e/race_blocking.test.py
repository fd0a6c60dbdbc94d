#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A blocking C client on write() and read() loses no request in the race, and sends none twice."""
import race

race.run(race.compiled("blocking"))
