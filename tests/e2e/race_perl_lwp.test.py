#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""LWP loses no request in the race, and sends none twice."""
import race

race.run(race.script("perl-lwp", "perl_lwp.pl"))
