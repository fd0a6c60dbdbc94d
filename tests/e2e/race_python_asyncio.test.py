#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""asyncio loses no request in the race, and sends none twice."""
import race

race.run(race.script("python-asyncio", "python_asyncio.py"))
