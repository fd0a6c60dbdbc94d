#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A C client on writev() and sendmsg() loses nothing, without any setting, when the server has
reset while idle."""
import race

race.run(race.compiled("vectored"), race.RESET)
