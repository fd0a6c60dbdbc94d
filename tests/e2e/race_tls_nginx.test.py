#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""nginx with TLS to its upstream loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("nginx-tls", "nginx.py", preload="E2E_PROXY_PRELOAD", tls=authority,
                     environment={"SSL_CERT_FILE": authority.ca}))
