#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 180s
"""java.net.HttpsURLConnection loses no request in the race, and sends none twice."""
import race
import tls

authority = tls.make_authority()
race.run(race.java("java-urlconnection-tls", "UrlConnectionClient", tls.java_properties(authority),
                   cures_itself=("GET", "POST"), tls=authority),
         race.RACE_SLOWLY)
