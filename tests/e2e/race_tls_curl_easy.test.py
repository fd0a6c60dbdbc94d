#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""libcurl's easy interface over https loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.compiled("curl_easy", cures_itself=("GET", "POST"), tls=authority,
                       environment={"SSL_CERT_FILE": authority.ca}))
