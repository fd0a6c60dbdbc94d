#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A blocking C client on OpenSSL loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.compiled("openssl_blocking", tls=authority,
                       environment={"SSL_CERT_FILE": authority.ca}))
