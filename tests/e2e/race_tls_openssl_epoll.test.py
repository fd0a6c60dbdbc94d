#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""A non-blocking C client on OpenSSL, with epoll, loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.compiled("openssl_epoll", tls=authority,
                       environment={"SSL_CERT_FILE": authority.ca}))
