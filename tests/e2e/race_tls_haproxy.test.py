#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""HAProxy with TLS to its server loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("haproxy-tls", "haproxy.py", preload="E2E_PROXY_PRELOAD", tls=authority,
                     environment={"SSL_CERT_FILE": authority.ca}))
