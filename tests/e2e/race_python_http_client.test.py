#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""http.client loses no request in the race, and sends none twice."""
import race

race.run(race.script("python-http.client", "python_http_client.py"))
