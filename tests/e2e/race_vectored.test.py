#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A C client on writev(), sendmsg(), readv() and recvmsg() loses no request in the race, and sends
none twice."""
import race

race.run(race.compiled("vectored"))
