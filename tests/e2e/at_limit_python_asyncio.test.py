#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""asyncio loses nothing when it writes in the very moment of its eviction."""
import race

race.run(race.script("python-asyncio", "python_asyncio.py"), race.AT_LIMIT)
