#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""requests over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("python-requests-tls", "python_requests.py", tls=authority,
                     environment={"REQUESTS_CA_BUNDLE": authority.ca}))
