#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""asyncio over TLS (OpenSSL with memory BIOs) loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.script("python-asyncio-tls", "python_asyncio.py", tls=authority,
                     environment={"SSL_CERT_FILE": authority.ca}))
