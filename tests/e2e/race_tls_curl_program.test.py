#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""The curl program loses no request in the race over TLS, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("curl-tls", "curl_program.py", preload="E2E_PROXY_PRELOAD", tls=authority,
                     cures_itself=("GET", "POST"), environment={"SSL_CERT_FILE": authority.ca}))
