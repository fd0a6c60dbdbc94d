#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""urllib3 over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("python-urllib3-tls", "python_urllib3.py", cures_itself=("GET",),
                     tls=authority, environment={"SSL_CERT_FILE": authority.ca}))
