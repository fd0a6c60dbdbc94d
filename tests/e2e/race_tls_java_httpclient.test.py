#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""java.net.http over https (HTTP/1.1, no ALPN) loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.java("java-httpclient-tls", "HttpClientClient", tls.java_properties(authority),
                   cures_itself=("GET",), tls=authority),
         race.RACE_SLOWLY)
