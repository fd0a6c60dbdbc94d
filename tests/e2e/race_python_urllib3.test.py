#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""urllib3 loses no request in the race, and sends none twice."""
import race

race.run(race.script("python-urllib3", "python_urllib3.py", cures_itself=("GET",)))
