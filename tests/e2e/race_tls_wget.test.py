#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""wget (GnuTLS) loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("wget-tls", "wget.py", preload="E2E_PROXY_PRELOAD", tls=authority,
                     cures_itself=("GET", "POST"), environment={"SSL_CERT_FILE": authority.ca}))
