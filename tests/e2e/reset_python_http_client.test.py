#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""http.client loses nothing, without any setting, when the server has reset while idle."""
import race

race.run(race.script("python-http.client", "python_http_client.py"), race.RESET)
