#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""http.client over IPv6 loses no request in the race, and sends none twice."""
import race

race.run(race.script("python-http.client-ipv6", "python_http_client.py",
                     server_options=("--ipv6",)))
