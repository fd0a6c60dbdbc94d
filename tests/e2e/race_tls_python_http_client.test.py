#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""http.client over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("python-http.client-tls", "python_http_client.py", tls=authority,
                     environment={"SSL_CERT_FILE": authority.ca}))
