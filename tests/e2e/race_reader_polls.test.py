#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A reading thread whose calls begin in the middle of a reconnect never sees the connection end."""
import race

race.run(race.compiled("reader_polls"), race.RECONNECTED)
