#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""java.net.http as it is by itself, with h2 offered to a server that does not have it, loses no
request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.java("java-httpclient-tls-h2-offered", "HttpClientClient",
                   [*tls.java_properties(authority), "-Dh2=true"], cures_itself=("GET",),
                   tls=authority),
         race.RACE_SLOWLY)
