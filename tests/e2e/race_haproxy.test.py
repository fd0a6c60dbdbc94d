#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""HAProxy as a reverse proxy loses no request in the race, and sends none twice."""
import race

race.run(race.script("haproxy", "haproxy.py", preload="E2E_PROXY_PRELOAD"))
